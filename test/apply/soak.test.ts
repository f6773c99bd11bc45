import { afterEach, expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { newSigner } from '../signing/keys.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const SOAK = 'gates: { soak: 24h }';
const NOW = '2026-11-21T12:00:00Z';

describeWith(['git'], 'a soak', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  /** The gate's answer of one run, and the kind of what was done. */
  async function soak(at = NOW) {
    Object.assign(shop.effects, { now: () => new Date(at) });
    const { groups } = await shop.apply();
    return groups[0]?.decision.judged[0]?.verdicts.find(({ gate }) => gate === 'soak');
  }

  /** Has the forge say when it merged; notes what it is asked. */
  function mergedAt(time: string): readonly string[] {
    const asked: string[] = [];
    Object.assign(shop.forge, {
      mergedAt: async (commit: string, branch: string) => {
        asked.push(`${branch} ${commit}`);
        return new Date(time);
      },
    });
    return asked;
  }

  it('counts from the merge that its forge knows, asked once a run', async () => {
    shop = await createReviewWorld([SOAK]);
    await shop.release('1.0.0');
    const pinning = await shop.world.git('rev-parse', 'HEAD');
    await shop.commit('main', 'README.md', 'later\n');
    const asked = mergedAt('2026-11-20T15:20:00Z');
    expect(await soak()).toMatchObject({ kind: 'waiting', opensIn: 'open in 3 h 20 min' });
    expect([asked, await shop.promoted()]).toEqual([[`main ${pinning}`], []]);
    expect(await soak('2026-11-21T15:20:00Z')).toMatchObject({ kind: 'open' });
    expect([await shop.promoted(), await shop.status()]).toEqual([['1.0.0'], 'success']);
  });

  it('waits, and says so, where neither forge nor record tells', async () => {
    shop = await createReviewWorld([SOAK]);
    await shop.release('1.0.0');
    expect(await soak('2027-11-21T12:00:00Z')).toMatchObject({
      kind: 'waiting',
      reason: expect.stringContaining('nothing shows when dev came to pin it'),
    });
    expect(await shop.promoted()).toEqual([]);
  });

  it('edits no pull request as time goes by', async () => {
    shop = await createReviewWorld([SOAK]);
    await shop.release('1.0.0');
    mergedAt('2026-11-20T15:20:00Z');
    await soak();
    shop.forge.calls();
    await soak('2026-11-21T13:00:00Z');
    expect(shop.forge.calls().filter(call => call.endsWith('!'))).toEqual([]);
  });

  it('is of the digest in the environment before, and of no other', async () => {
    shop = await createReviewWorld([SOAK]);
    await shop.release('1.0.0');
    mergedAt('2026-11-01T00:00:00Z');
    const images = new Map([['api', 'oci:../build/api:1.0.0']]);
    await shop.release('2.0.0');
    expect(await shop.apply({ images, allowDirect: true })).toMatchObject({
      state: 'closed',
      groups: [{ decision: { judged: [{ verdicts: [{ gate: 'soak', kind: 'closed' }] }] } }],
    });
  });

  it('counts from the later of the commit and our record, where the forge knows no merge', async () => {
    shop = await createReviewWorld([SOAK], { signer: await newSigner() });
    Object.assign(shop.effects, { now: () => new Date('2027-11-21T10:00:00Z') });
    await shop.release('1.0.0');
    Object.assign(shop.forge, { mergedAt: async () => undefined });
    expect(await soak('2027-11-21T12:00:00Z')).toMatchObject({
      kind: 'waiting',
      reason: 'pinned in dev since 2027-11-21T10:00Z; opens at 2027-11-22T10:00Z',
      opensIn: 'open in 22 h',
    });
  });

  it('counts a tag from our record, where the commit that wrote it is older', async () => {
    const dev = 'commit: direct, pin: tag';
    shop = await createReviewWorld([SOAK], { signer: await newSigner(), dev });
    Object.assign(shop.effects, { now: () => new Date('2027-11-21T10:00:00Z') });
    await shop.release('1.0.0');
    mergedAt('2027-11-01T00:00:00Z');
    expect(await soak('2027-11-21T12:00:00Z')).toMatchObject({
      kind: 'waiting',
      reason: 'pinned in dev since 2027-11-21T10:00Z; opens at 2027-11-22T10:00Z',
    });
  });

  it('costs nothing where it is not asked for', async () => {
    shop = await createReviewWorld(['commit: pull-request']);
    await shop.release('1.0.0');
    const asked = mergedAt('2026-11-01T00:00:00Z');
    await shop.apply();
    expect([asked, await shop.promoted()]).toEqual([[], ['1.0.0']]);
  });
});
