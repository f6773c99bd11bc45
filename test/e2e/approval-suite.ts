import { describe, expect, it } from 'vitest';
import type { Pulls, ReviewPlace } from './review-place.ts';
import { createPullStage } from './review-stage.ts';

const ONE = ['gates: { approval: { count: 1 } }'];
const TWO = ['gates: { approval: { count: 2 } }'];

/** What holds of promotions by pull request on every forge that has them. */
export function approvalSuite(name: string, start: () => Promise<ReviewPlace & { pulls: Pulls }>): void {
  const staged = async (...settings: readonly string[]) => await createPullStage(await start(), settings);

  describe(`pull requests on ${name}`, () => {
    it('go over two reviews and the merge to nothing to do', async () => {
      const { apply, result, release, approve, merge, status, tags } = await staged(...TWO);
      await release('1.0.0');
      expect(await apply()).toBe('waiting');
      await approve('alice');
      expect(await apply()).toBe('waiting');
      expect([await tags(), await status()]).toEqual([[], 'pending']);
      await approve('bob');
      await apply();
      expect([await tags(), await status()]).toEqual([['1.0.0'], 'success']);
      await merge();
      expect(await apply()).toBe('nothing');
      expect(await result('verify', 'production')).toMatchObject({ sound: true });
    });

    it('are left alone by the runs that wait for a review', async () => {
      const { apply, release, approve, writes } = await staged(...TWO);
      await release('1.0.0');
      await apply();
      await approve('alice');
      await apply();
      writes();
      for (let run = 0; run < 2; run += 1) expect(await apply()).toBe('waiting');
      expect(writes()).toEqual([]);
    });

    it('say what they bring and ask whom they shall', async () => {
      const settings =
        'pullRequest: { labels: [promotion], reviewers: [alice], title: "{environment}: {images}" }';
      const { apply, release, newest } = await staged(settings, ...ONE);
      await release('1.0.0');
      await apply();
      expect(await newest()).toMatchObject({
        branch: 'promote/production/all',
        title: 'production: api',
        body: expect.stringContaining('1.0.0'),
        labels: ['promotion'],
        reviewers: ['alice'],
      });
    });

    it('lose their reviews to a new digest', async () => {
      const { apply, release, approve, tags, pulls } = await staged(...TWO);
      await release('1.0.0');
      await apply();
      await approve('alice');
      await release('1.1.0');
      await apply();
      await approve('bob');
      await apply();
      expect(await tags()).toEqual([]);
      await approve('carol');
      await apply();
      expect(await tags()).toEqual(['1.1.0']);
      expect(await pulls.list()).toHaveLength(1);
    });

    it.each<[string, string, (pulls: Pulls) => string]>([
      ['who is not among the users', 'users: [bob]', () => 'carol'],
      ['who is in none of the teams', 'teams: [acme/release-managers]', () => 'carol'],
      ['who may not write', '', ({ reader }) => reader],
      ['who started the run', '', () => 'alice'],
    ])('do not count a review of one %s', async (_, who, reviewer) => {
      const { run, apply, release, approve, tags, pulls } = await staged(
        `gates: { approval: { count: 1, ${who} } }`,
      );
      await release('1.0.0');
      const env = pulls.startedBy('alice');
      await run(['apply', 'production'], env);
      await approve(reviewer(pulls));
      expect((await run(['apply', 'production'], env)).code).toBe(0);
      expect(await tags()).toEqual([]);
      await approve('bob');
      await apply();
      expect(await tags()).toEqual(['1.0.0']);
    });

    it('are declined by who closes one, until that is asked for again or there is another digest', async () => {
      const { apply, result, release, newest, pulls, writes } = await staged(...ONE);
      await release('1.0.0');
      await apply();
      await pulls.close((await newest()).number);
      expect((await result('plan', 'production')).groups).toMatchObject([{ state: 'declined' }]);
      writes();
      await apply();
      expect(writes()).toEqual([]);
      expect(await pulls.list()).toMatchObject([{ state: 'closed' }]);
      expect(await apply('--again')).toBe('waiting');
      expect((await pulls.list()).map(({ state }) => state)).toEqual(['open', 'closed']);
      await release('1.1.0');
      expect(await apply()).toBe('waiting');
      expect((await pulls.list()).map(({ state }) => state)).toEqual(['open', 'closed']);
    });

    it('are merged where that is asked for, once their images are there', async () => {
      const { apply, release, approve, newest, tags } = await staged(
        'pullRequest: { merge: automatic }',
        ...ONE,
      );
      await release('1.0.0');
      await apply();
      expect(await newest()).toMatchObject({ state: 'open' });
      await approve('alice');
      await apply();
      expect([(await newest()).state, await tags()]).toEqual(['merged', ['1.0.0']]);
      expect(await apply()).toBe('nothing');
    });

    it('are never merged with what somebody pushes to their branch meanwhile', async () => {
      const place = await start();
      const settings = ['pullRequest: { merge: automatic }', ...ONE];
      const { run, apply, release, approve, newest } = await createPullStage(place, settings);
      await release('1.0.0');
      await apply();
      await approve('alice');
      const before = await place.file('README.md');
      await place.pulls.pushMeanwhile({ 'README.md': '# meanwhile\n' }, 'promote/production/all');
      expect((await run(['apply', 'production'])).code).toBe(3);
      expect(await newest()).toMatchObject({ state: 'open' });
      expect(await place.file('README.md')).toBe(before);
      expect(await place.file('README.md', 'promote/production/all')).toContain('meanwhile');
    });

    it('bring a rollback, which other runs leave as it is', async () => {
      const place = await start();
      const { apply, result, release, approve, merge, newest, status, writes } = await createPullStage(
        place,
        ONE,
      );
      for (const version of ['1.0.0', '1.1.0']) {
        await release(version);
        await apply();
        await approve('alice');
        await apply();
        await merge();
      }
      const back = async () => await result('rollback', 'production', '--yes', '--reason', 'it broke');
      expect(await back()).toMatchObject({ state: 'waiting' });
      writes();
      expect(await back()).toMatchObject({ state: 'waiting' });
      expect([writes(), await status()]).toEqual([[], 'pending']);
      await approve('bob');
      await back();
      expect([(await newest()).branch, await status()]).toEqual([
        'promote/production/rollback+api',
        'success',
      ]);
      await merge();
      expect(await place.file('production/api.yaml')).toContain('1.0.0@');
      expect(await place.file('promote-holds.yaml')).toContain('it broke');
      expect((await newest()).state).toBe('merged');
    });

    it('are repaired under their own reviews where somebody merged too early', async () => {
      const { apply, result, release, approve, merge, tags } = await staged(...TWO);
      await release('1.0.0');
      await apply();
      await approve('alice', 'bob');
      await merge();
      expect(await result('verify', 'production', '--repair')).toMatchObject({ sound: true });
      expect(await tags()).toEqual(['1.0.0']);
    });

    it('are checked against what the branch asks for before a merge', async () => {
      const { run, pulls } = await staged(...ONE);
      const check = async () => (await run(['check'])).stdout;
      const early = 'can be merged into before the images are there';
      expect(await check()).toContain(early);
      pulls.protect('promote/gate');
      const protectedBranch = await check();
      expect(protectedBranch).not.toContain(early);
      expect(protectedBranch).toMatch(/the token acts as [\w-]+, who may write"/);
    });

    it('are checked for teams whose members cannot be read', async () => {
      const approvedBy = (team: string) => `gates: { approval: { count: 1, teams: [${team}] } }`;
      const { run } = await staged(approvedBy('acme/nobody'));
      const { code, stdout } = await run(['check']);
      expect([code, stdout]).toEqual([2, expect.stringContaining('acme/nobody')]);
      const known = await staged(approvedBy('acme/release-managers'));
      expect((await known.run(['check'])).code).toBe(0);
    });

    it('are planned and never changed by a run for a fork', async () => {
      const place = await start();
      const { run, release } = await createPullStage(place);
      await release('1.0.0');
      place.calls();
      expect((await run(['apply', 'production'], place.pulls.fork)).code).toBe(1);
      expect(place.calls()).toEqual([]);
      expect((await run(['plan', 'production'], place.pulls.fork)).code).toBe(0);
    });
  });
}
