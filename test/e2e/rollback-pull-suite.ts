import { describe, expect, it } from 'vitest';
import type { Pulls, ReviewPlace } from './review-place.ts';
import { createPullStage, type PullStage } from './review-stage.ts';

const BACK = 'promote/production/rollback+api';
const TWO = ['gates: { approval: { count: 2 } }'];
const TWO_MERGED = [...TWO, 'pullRequest: { merge: automatic }'];

/** What holds of rollbacks by pull request on every forge that has them. */
export function rollbackPullSuite(name: string, start: () => Promise<ReviewPlace & { pulls: Pulls }>): void {
  describe(`a rollback by pull request on ${name}`, () => {
    it('goes on with the review that it asks for, in the run that the review starts', async () => {
      const { place, run, result, apply, approve, writes, status, merge, pulls } = await live();
      const asked = await run(
        ['rollback', 'production', '--yes', '--reason', 'it broke'],
        pulls.startedBy('alice'),
      );
      expect([asked.code, JSON.parse(asked.stdout).state]).toEqual([0, 'waiting']);
      const [{ body = '' } = {}] = await pulls.list();
      expect(body).toMatch(/### Reverts\n\n- [0-9a-f]{12} (Promote api|Merge) [\s\S]*it broke/);
      expect((await result('plan', 'production')).groups).toMatchObject([
        { group: 'rollback+api', state: 'waiting' },
        { group: 'all', state: 'nothing' },
      ]);
      await approve('alice');
      expect(await apply()).toBe('waiting');
      writes();
      expect([await apply(), writes(), await status()]).toEqual(['waiting', [], 'pending']);
      await approve('bob');
      expect([await apply(), await status()]).toEqual(['waiting', 'success']);
      await merge();
      expect(await place.file('production/api.yaml')).toContain('1.0.0@');
      expect(await place.file('promote-holds.yaml')).toContain('it broke');
      expect((await run(['apply', 'production'])).code).toBe(3);
      const { events } = await result('history', 'production', '--limit', '1');
      expect(events).toMatchObject([
        { images: [{ kind: 'rollback', record: { kind: 'rollback', approvals: ['bob'] } }] },
      ]);
    });

    it('is not needed for a hold that was only proposed: lifting closes what proposes it', async () => {
      const { pulls, result, writes } = await live();
      const hold = ['hold', 'production', 'api', '--all'];
      await result(...hold, '--until', '2040-01-01', '--reason', 'not yet');
      await result(...hold, '--until', '2041-01-01');
      const [proposed] = await pulls.list();
      expect(proposed).toMatchObject({ state: 'open', body: expect.stringMatching(/2041.*: not yet/) });
      expect(await result('lift', 'production', 'api')).toMatchObject({ kind: 'closed' });
      expect((await pulls.list())[0]).toMatchObject({ number: proposed?.number, state: 'closed' });
      writes();
      expect(await result('lift', 'production', 'api')).toMatchObject({ kind: 'unchanged' });
      expect(writes()).toEqual([]);
      expect(await result(...hold)).toMatchObject({ kind: 'proposed' });
      expect((await pulls.list())[0]).toMatchObject({ state: 'open' });
    });

    it('is merged by that run where the environment says so', async () => {
      const { place, result, run, approve } = await live(TWO_MERGED);
      await result('rollback', 'production', '--yes');
      await approve('bob');
      expect((await run(['apply', 'production'])).code).toBe(3);
      expect(await place.file('production/api.yaml')).toContain('1.0.0@');
    });

    it('is proposed anew where it is asked for again after a person closed it, which no other run does, and stops where its pins went elsewhere', async () => {
      const { place, pulls, run, result, apply, status } = await live();
      await result('rollback', 'production', '--yes');
      const closed = (await pulls.list())[0]?.number ?? 0;
      await pulls.close(closed);
      expect(await apply()).toBe('nothing');
      expect((await pulls.list())[0]).toMatchObject({ number: closed });
      expect(await result('rollback', 'production', '--yes')).toMatchObject({ state: 'waiting' });
      expect((await pulls.list()).map(({ state }) => state).slice(0, 2)).toEqual(['open', 'closed']);
      const text = await place.file('production/api.yaml');
      await place.push({
        'production/api.yaml': text.replace(/1\.1\.0@sha256:.{64}/, `1.5.0@sha256:${'5'.repeat(64)}`),
      });
      const stopped = await run(['apply', 'production']);
      expect([stopped.code, await status()]).toEqual([3, 'failure']);
      expect(stopped.stdout).toContain('has been moved since');
    });

    it('is built anew where its files have changed, with its reason and its requester, and never lets in what did not live there', async () => {
      const { place, run, apply, approve, status, pulls } = await live();
      await run(['rollback', 'production', '--yes', '--reason', 'it broke'], pulls.startedBy('alice'));
      const text = await place.file('production/api.yaml');
      await place.push({ 'production/api.yaml': `# explained\n${text}` });
      expect(await apply()).toBe('waiting');
      expect(await place.parents((await place.head(BACK)) ?? '')).toEqual([await place.head('main')]);
      expect(await place.file('production/api.yaml', BACK)).toMatch(/^# explained[\s\S]*1\.0\.0@/);
      expect(await place.file('promote-holds.yaml', BACK)).toMatch(/it broke[\s\S]*by: alice/);
      await approve('alice');
      await apply();
      expect(await status()).toBe('pending');
      await approve('bob');
      await apply();
      expect(await status()).toBe('success');
      const built = await place.file('production/api.yaml', BACK);
      const foreign = built.replace(/1\.0\.0@sha256:.{64}/, `1.5.0@sha256:${'5'.repeat(64)}`);
      await place.push({ 'production/api.yaml': foreign }, BACK);
      await approve('bob', 'carol');
      expect((await run(['apply', 'production'])).code).toBe(3);
      expect(await status()).toBe('failure');
    });

    it('stops a promotion of the same image, which names it and goes on upon it after the merge', async () => {
      const stage = await live();
      const { place, pulls, result, apply, approve, release, newest } = stage;
      await release('1.2.0');
      await apply();
      await approve('alice', 'bob');
      await apply();
      const promotion = await newest();
      expect(await pulls.status(promotion.head)).toBe('success');
      const { others } = await result('rollback', 'production', '--yes');
      expect(others).toMatchObject([{ group: 'all', state: 'waiting' }]);
      const back = await newest();
      const stopped = (await pulls.list()).find(({ number }) => number === promotion.number);
      expect(stopped?.body).toMatch(new RegExp(`rollback[\\s\\S]*/${back.number}\\b`));
      expect(await pulls.status(promotion.head)).toBe('pending');
      await approve('carol');
      await apply();
      await place.merge(BACK);
      await apply();
      expect(await place.file('production/api.yaml')).toContain('1.0.0@');
      expect(await place.file('production/api.yaml', promotion.branch)).toContain('1.2.0@');
      expect(await place.parents((await place.head(promotion.branch)) ?? '')).toEqual([
        await place.head('main'),
      ]);
    });

    it('closes a promotion of what it took back, and says why', async () => {
      const { place, pulls, run, result, apply, approve, release, newest } = await live();
      await release('1.2.0');
      await apply();
      const promotion = await newest();
      await result('rollback', 'production', '--yes', '--reason', 'it broke');
      await approve('carol');
      await apply();
      await place.merge(BACK);
      await result('apply', 'dev', '--image', 'api=oci:build/api:1.1.0', '--allow-backward');
      const { groups } = JSON.parse((await run(['apply', 'production'])).stdout);
      expect(groups[0].result.pins).toMatchObject({
        kind: 'closed',
        reason: expect.stringContaining('it broke'),
      });
      const closed = (await pulls.list()).find(({ number }) => number === promotion.number);
      expect(closed?.state).toBe('closed');
    });

    it('is one where two ask at once, and merged once by two runs at once', async () => {
      const { place, pulls, run, result, approve } = await live(TWO_MERGED);
      const ask = async () => await result('rollback', 'production', '--yes');
      expect(await Promise.all([ask(), ask()])).toMatchObject([{ state: 'waiting' }, { state: 'waiting' }]);
      expect((await pulls.list()).filter(({ branch }) => branch === BACK)).toHaveLength(1);
      await approve('bob');
      await Promise.all([run(['apply', 'production']), run(['apply', 'production'])]);
      expect(await place.file('production/api.yaml')).toContain('1.0.0@');
      expect((await place.file('promote-holds.yaml')).match(/digest:/g)).toHaveLength(1);
      const { events } = await result('history', 'production');
      expect(events).toHaveLength(4);
    });
  });

  /** A shop whose production runs 1.1.0 after 1.0.0. */
  async function live(
    settings: readonly string[] = TWO,
  ): Promise<PullStage & { readonly place: ReviewPlace }> {
    const place = await start();
    const stage = await createPullStage(place, settings);
    for (const version of ['1.0.0', '1.1.0']) {
      await stage.release(version);
      await stage.apply();
      await stage.approve('alice', 'bob');
      await stage.apply();
      if (settings === TWO) await stage.merge();
    }
    return { place, ...stage };
  }
}
