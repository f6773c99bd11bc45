import { describe, expect, it } from 'vitest';
import { GIT } from '../git/fixture.ts';
import { githubPlace } from './github-place.ts';
import { gitlabPlace } from './gitlab-place.ts';
import { createRefreshStage } from './refresh-stage.ts';
import type { Pulls, ReviewPlace } from './review-place.ts';
import { createPullStage } from './review-stage.ts';

type Place = ReviewPlace & { readonly pulls: Pulls };

/** The most requests of each run, by forge. A rollback reads the pull requests of its branch and of the promotion's. */
const GITHUB = { propose: 26, wait: 13, review: 21, green: 26, afterMerge: 10, rollback: 31, refresh: 12 };
const GITLAB = { propose: 28, wait: 15, review: 23, green: 28, afterMerge: 12, rollback: 40, refresh: 16 };

countedChain('GitHub', githubPlace, GITHUB);
if (GIT !== undefined) countedChain('GitLab', gitlabPlace, GITLAB);

/** What each run of a chain with two reviewers asks its forge at the most. */
function countedChain(name: string, start: () => Promise<Place>, most: typeof GITHUB): void {
  describe(`the runs of a chain on ${name}`, () => {
    it('ask little from the proposal over two reviews and the merge to the rollback', async () => {
      const place = await start();
      const settings = ['gates: { approval: { count: 2 } }', 'rollback: { approval: { count: 1 } }'];
      const stage = await createPullStage(place, settings);
      const counted = async (bound: number, run: () => Promise<unknown>) => {
        place.calls();
        const state = await run();
        const calls = place.calls();
        expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(bound);
        return state;
      };
      const apply = async (bound: number) => await counted(bound, async () => await stage.apply());
      await stage.release('1.0.0');
      expect(await apply(most.propose)).toBe('waiting');
      expect(await apply(most.wait)).toBe('waiting');
      const { body } = await stage.newest();
      expect(body).toMatch(/- api: signed by key [0-9a-f]{12}, which `signing` names; promoted to dev on 20/);
      await stage.approve('alice');
      expect([await apply(most.review), await stage.status()]).toEqual(['waiting', 'pending']);
      await stage.approve('bob');
      expect([await apply(most.green), await stage.status()]).toEqual(['waiting', 'success']);
      await stage.merge();
      expect(await apply(most.afterMerge)).toBe('nothing');
      // The next one looks through a longer history.
      await stage.release('1.1.0');
      await stage.apply();
      await stage.approve('alice', 'bob');
      await stage.apply();
      await stage.merge();
      const back = async () => {
        const asked = stage.result('rollback', 'production', '--yes', '--reason', 'it broke');
        return (await asked).state;
      };
      expect(await counted(most.rollback, back)).toBe('waiting');
      await stage.approve('bob');
      await counted(most.rollback, back);
      expect(await stage.status()).toBe('success');
      await stage.merge();
      expect(await place.file('production/api.yaml')).toContain('1.0.0@');
    });

    it('ask little for a refresh of base images', async () => {
      const place = await start();
      const stage = await createRefreshStage(place);
      const old = await stage.publish('node:20', 'a');
      await stage.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
      await stage.publish('node:20', 'b');
      for (const kinds of [['opened'], ['held']]) {
        place.calls();
        expect((await stage.refresh()).kinds).toEqual(kinds);
        const calls = place.calls();
        expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(most.refresh);
      }
    });
  });
}
