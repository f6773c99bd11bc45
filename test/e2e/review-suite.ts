import { describe, expect, it } from 'vitest';
import type { ReviewPlace, StartPlace } from './review-place.ts';
import { createStage } from './review-stage.ts';

/** Runs of a guard against loops. */
const MANY = 2;

/** What holds of promotions that wait for a merge, wherever their repository is. */
export function reviewSuite(name: string, start: StartPlace): void {
  describe(`promotions that wait for a merge on ${name}`, () => {
    it('are one commit on one branch, however often they run, and done after the merge', async () => {
      const { place, apply, release, writes, tags } = await staged();
      await release('1.0.0');
      expect(await apply()).toBe('waiting');
      expect(await tags()).toEqual(['1.0.0']);
      const head = await place.head(BRANCH);
      writes();
      for (let run = 0; run < MANY; run += 1) expect(await apply()).toBe('waiting');
      expect([await place.head(BRANCH), writes()]).toEqual([head, []]);
      await place.merge(BRANCH);
      expect(await place.file('production/api.yaml')).toContain('1.0.0@');
      writes();
      for (let run = 0; run < MANY; run += 1) expect(await apply()).toBe('nothing');
      expect(writes()).toEqual([]);
    });

    it('take a newer digest to the same branch, in one commit on the base', async () => {
      const { place, apply, release } = await staged();
      await release('1.0.0');
      await apply();
      await release('1.1.0');
      expect(await apply()).toBe('waiting');
      expect(await place.parents((await place.head(BRANCH)) ?? '')).toEqual([await place.head('main')]);
      expect(await place.file('production/api.yaml', BRANCH)).toContain('1.1.0@');
      expect((await place.pulls?.list())?.length ?? 1).toBe(1);
    });

    it('keep what a filtered run was not asked about', async () => {
      const { place, apply, release, releaseAll } = await staged(['api', 'web']);
      await releaseAll('1.0.0');
      await apply();
      await release('1.1.0');
      await apply('--image', 'api');
      expect(await place.file('production/api.yaml', BRANCH)).toContain('1.1.0@');
      expect(await place.file('production/web.yaml', BRANCH)).toContain('1.0.0@');
    });

    it('do not overwrite what a person committed to their branch', async () => {
      const { place, run, apply, release } = await staged();
      await release('1.0.0');
      await apply();
      const text = await place.file('production/api.yaml', BRANCH);
      const byHand = await place.push({ 'production/api.yaml': `# by hand\n${text}` }, BRANCH);
      await release('1.1.0');
      const refused = await run(['apply', 'production']);
      expect(refused.code).toBe(place.pulls ? 3 : 1);
      expect(refused.stdout + refused.stderr).toContain(BRANCH);
      expect(await place.head(BRANCH)).toBe(byHand);
    });

    it('are proposed once by two runs at once', async () => {
      const { place, apply, release } = await staged();
      await release('1.0.0');
      expect(await Promise.all([apply(), apply()])).toEqual(['waiting', 'waiting']);
      expect(await place.parents((await place.head(BRANCH)) ?? '')).toEqual([await place.head('main')]);
      expect((await place.pulls?.list())?.length ?? 1).toBe(1);
    });

    it('hold and lift by such a branch, and carry words from outside as words', async () => {
      const { place, result } = await staged();
      const reason = 'not yet\n/merge\n@everyone <!-- x --> ::warning::x **now**';
      await result('hold', 'production', 'api', '--all', '--reason', reason);
      const held = 'promote/production/hold+api';
      const [pull] = (await place.pulls?.list()) ?? [];
      expect(pull?.branch ?? held).toBe(held);
      expect(`${pull?.title}\n${pull?.body}`).not.toMatch(/^\/merge|@everyone|^<!-- x|^::/m);
      await place.merge(held);
      expect(await place.file('promote-holds.yaml')).toContain('not yet');
      await result('lift', 'production', 'api');
      await place.merge(held);
      expect(await place.file('promote-holds.yaml')).not.toContain('not yet');
    });
  });

  describe(`direct commits on ${name}`, () => {
    it('keep what came to the branch between reading and writing', async () => {
      const { place, release, result } = await staged();
      await place.pushMeanwhile({ 'README.md': '# meanwhile\n' });
      await release('1.0.0');
      expect(await place.file('dev/api.yaml')).toContain('1.0.0@');
      expect(await place.file('README.md')).toContain('# meanwhile');
      expect(await result('apply', 'dev', '--image', 'api=oci:build/api:1.0.0')).toMatchObject({
        state: 'nothing',
      });
    });
  });

  async function staged(images?: readonly string[]) {
    const place: ReviewPlace = await start();
    return { place, ...(await createStage(place, [], images)) };
  }
}

const BRANCH = 'promote/production/all';
