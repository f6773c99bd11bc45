import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRefreshStage } from './refresh-stage.ts';
import type { Pulls, ReviewPlace } from './review-place.ts';

const KEY = join(import.meta.dirname, '../fixtures/keys/cosign.pub');

/** What holds of a refresh's pull requests on every forge. */
export function refreshPullsSuite(
  name: string,
  start: () => Promise<ReviewPlace & { readonly pulls: Pulls }>,
): void {
  describe(`the pull request of a refresh on ${name}`, () => {
    /** A Dockerfile on a base whose tag has moved on, and its pull request. */
    async function proposed(settings?: string, isDown: () => boolean = () => false) {
      const place = await start();
      const stage = await createRefreshStage(place, settings, ({ path }) =>
        isDown() && path.includes('/manifests/') ? { status: 403, body: '{}' } : undefined,
      );
      const old = await stage.publish('node:20', 'a');
      await stage.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
      const digest = await stage.publish('node:20', 'b');
      const first = await stage.refresh();
      const newest = async () => (await place.pulls.list())[0] ?? expect.fail('none was opened');
      const pin = async (to: string) => await stage.put({ Dockerfile: `FROM HOST/base/node:20@${to}\n` });
      return { place, stage, old, digest, first, newest, pin, branch: stage.branchOf('node') };
    }

    /** Two images of one group and their pull request; the second's repository can be down. */
    async function proposedTogether() {
      let isDown = false;
      const place = await start();
      const stage = await createRefreshStage(place, '{ groups: { all: ["HOST/base/*"] } }', ({ path }) =>
        isDown && path.includes('/ruby/') ? { status: 403, body: '{}' } : undefined,
      );
      const [node, ruby] = [await stage.publish('node:20', 'a'), await stage.publish('ruby:3', 'a')];
      await stage.put({ Dockerfile: `FROM HOST/base/node:20@${node}\nFROM HOST/base/ruby:3@${ruby}\n` });
      await stage.publish('node:20', 'b');
      await stage.publish('ruby:3', 'b');
      await stage.refresh();
      const setDown = (down: boolean) => {
        isDown = down;
      };
      return { place, stage, setDown };
    }

    it('says what the settings ask for, and asks the people that they name', async () => {
      const { newest, branch } = await proposed(
        '{ pullRequest: { title: "Bases: {summary}", labels: [base-images], reviewers: [alice] } }',
      );
      expect(await newest()).toMatchObject({
        branch,
        state: 'open',
        title: expect.stringMatching(/^Bases: Refresh .* to 20 at [0-9a-f]{12}$/),
        labels: ['base-images'],
        reviewers: ['alice'],
      });
    });

    it('is closed once settings ask for a signature that its image lacks', async () => {
      const { stage, newest } = await proposed();
      await stage.put({ 'base.pub': await readFile(KEY, 'utf8') });
      await stage.publish('node:20', 'c');
      await stage.configure('{ signature: { key: base.pub } }');
      expect((await stage.refresh()).closed).toMatchObject([{ kind: 'closed' }]);
      expect((await newest()).state).toBe('closed');
      stage.writes();
      expect((await stage.refresh()).closed).toEqual([]);
      expect(stage.writes()).toEqual([]);
    });

    it('is not opened again once a person has closed it, until a tag names something else', async () => {
      const { place, stage, old, newest } = await proposed();
      await place.pulls.close((await newest()).number);
      stage.writes();
      for (let run = 0; run < 2; run += 1) expect((await stage.refresh()).kinds).toEqual(['declined']);
      await stage.put({ 'web/Dockerfile': `FROM HOST/base/node:20@${old}\n` });
      expect((await stage.refresh()).kinds).toEqual(['declined']);
      expect(stage.writes()).toEqual([]);
      await stage.publish('node:20', 'c');
      expect((await stage.refresh()).kinds).toEqual(['opened']);
      const states = (await place.pulls.list()).map(({ state }) => state);
      expect(states).toEqual(['open', 'closed']);
    });

    it('stays declined where another image of its group cannot be asked for', async () => {
      const { place, stage, setDown } = await proposedTogether();
      setDown(true);
      expect(await stage.refresh()).toMatchObject({ code: 1, kinds: ['held'] });
      const [pull] = await place.pulls.list();
      await place.pulls.close(pull?.number ?? 0);
      expect(await stage.refresh()).toMatchObject({ code: 1, kinds: ['declined'] });
    });

    it('is closed with the reason once nothing is left to do for it, and opened when there is again', async () => {
      const { place, stage, old, digest, newest, pin } = await proposed();
      await pin(digest);
      stage.writes();
      expect((await stage.refresh('--dry-run')).closed).toMatchObject([{ kind: 'planned' }]);
      expect(stage.writes()).toEqual([]);
      const over = await stage.refresh();
      expect(over).toMatchObject({ kinds: [], closed: [{ kind: 'closed', branch: stage.branchOf('node') }] });
      expect((await newest()).state).toBe('closed');
      expect(stage.writes().filter(line => /\/(comments|notes)$/.test(line))).toHaveLength(1);
      expect(await stage.refresh()).toMatchObject({ kinds: [], closed: [] });
      expect(stage.writes()).toEqual([]);
      await pin(old);
      expect((await stage.refresh()).kinds).toEqual(['opened']);
      expect((await place.pulls.list()).map(({ state }) => state)).toEqual(['open', 'closed']);
    });

    it('is not closed by a run that could not ask, that looked at some files, or over somebody’s work', async () => {
      let isDown = false;
      const { stage, digest, newest, pin, branch } = await proposed('{}', () => isDown);
      isDown = true;
      expect(await stage.refresh()).toMatchObject({ code: 1, closed: [] });
      isDown = false;
      await pin(digest);
      await stage.put({ 'web/compose.yaml': 'services: {}\n' });
      expect((await stage.refresh('web')).closed).toEqual([]);
      await stage.put({ 'web/compose.yaml': 'services: {{ template }}\n' });
      expect((await stage.refresh('web', '--dry-run')).closed).toEqual([]);
      for (const paths of [['Dockerfile'], []]) {
        expect((await stage.refresh(...paths, '--dry-run')).closed).toMatchObject([{ kind: 'planned' }]);
      }
      await stage.put({ 'app.js': 'fixed for the new base\n' }, branch);
      expect((await stage.refresh()).closed).toEqual([]);
      expect((await newest()).state).toBe('open');
    });

    it('frees its place below the limit when it is closed', async () => {
      const { stage, digest, pin } = await proposed('{ limit: 1 }');
      const ruby = await stage.publish('ruby:3', 'a');
      await stage.put({ 'web/Dockerfile': `FROM HOST/base/ruby:3@${ruby}\n` });
      await stage.publish('ruby:3', 'b');
      expect((await stage.refresh()).kinds).toEqual(['held', 'postponed']);
      await pin(digest);
      expect(await stage.refresh()).toMatchObject({ kinds: ['opened'], closed: [{ kind: 'closed' }] });
    });

    it('is put onto a base that changed one of its files, so that it merges', async () => {
      const { place, stage, old, digest, branch } = await proposed();
      await stage.put({ 'README.md': 'other\n' });
      expect((await stage.refresh()).kinds).toEqual(['held']);
      await stage.put({ Dockerfile: `FROM HOST/base/node:20@${old}\nUSER app\n` });
      expect((await stage.refresh()).kinds).toEqual(['updated']);
      expect(await place.file('Dockerfile', branch)).toContain(`@${digest}\nUSER app`);
      expect((await stage.refresh()).kinds).toEqual(['held']);
      await place.merge(branch);
      expect(await place.file('Dockerfile')).toContain(`@${digest}\nUSER app`);
    });

    it('is merged by the forge where that is asked, at once or when its branch lets it', async () => {
      const settings = '{ pullRequest: { merge: automatic, method: squash } }';
      const { place, stage, first, digest, newest } = await proposed(settings);
      expect(first.kinds).toEqual(['merged']);
      expect((await newest()).state).toBe('merged');
      expect(await place.file('Dockerfile')).toContain(digest);
      expect((await stage.refresh()).kinds).toEqual([]);
      place.pulls.protect('build');
      await stage.publish('node:20', 'c');
      const waiting = await stage.refresh();
      expect(waiting.kinds).toEqual(['opened']);
      const said = place.pulls.mergesLater ? 'once its branch lets it' : 'not merged: its status build';
      expect(waiting.groups[0]?.outcome.reason).toContain(said);
      expect((await newest()).state).toBe('open');
      expect((await stage.refresh()).kinds).toEqual(['held']);
      await stage.put({ 'app.js': 'not reviewed\n' }, stage.branchOf('node'));
      const touched = await stage.refresh();
      expect(touched.groups[0]?.outcome).toMatchObject({
        kind: 'held',
        reason: expect.stringContaining('somebody'),
      });
    });

    it('is not merged while one of its images cannot be judged', async () => {
      const { place, stage, setDown } = await proposedTogether();
      await stage.configure('{ groups: { all: ["HOST/base/*"] }, pullRequest: { merge: automatic } }');
      setDown(true);
      expect(await stage.refresh()).toMatchObject({ code: 1, kinds: ['held'] });
      expect(await place.pulls.list()).toMatchObject([{ state: 'open' }]);
      setDown(false);
      expect((await stage.refresh()).kinds).toEqual(['merged']);
    });

    it('costs few requests while nothing changes', async () => {
      const { place, stage } = await proposed();
      await stage.refresh();
      place.calls();
      await stage.refresh();
      expect(place.calls().length).toBeLessThanOrEqual(MOST_REQUESTS);
    });
  });
}

/** Reading the environments file, the base and one proposal. */
const MOST_REQUESTS = 10;
