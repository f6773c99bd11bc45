import { afterEach, beforeEach, expect, it } from 'vitest';
import { changeHolds } from '../../src/commands/change-holds.ts';
import type { GateSubject } from '../../src/commands/gate/gate.ts';
import { type ProposeHolds, proposeHold, proposeLift } from '../../src/plan/holds/propose-holds.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from '../apply/review-world.ts';
import { describeWith } from '../servers/tools.ts';
import { ask, at, HELD, heldByHand, work } from './gate-steps.ts';

const HOLDING = 'promote/production/hold+api';
const LIFTED = { by: 'alice', since: '2026-11-21T09:00:00Z' };

describeWith(['git'], 'the gate of a merge group', () => {
  let shop: ReviewWorld;
  beforeEach(async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
  });
  afterEach(async () => await shop.world.close());

  it('lets a merge group through whose pins are those of approved promotions', async () => {
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.apply();
    await work(shop, 'work', 'README.md', 'more\n');
    const group = await groupOf(shop, 'main', 'promote/production/all', 'work');
    expect(await ask(shop, group)).toMatchObject({ state: 'success', changes: [] });
  });

  it('keeps a merge group back with a promotion that is not approved', async () => {
    await shop.release('1.0.0');
    await shop.apply();
    expect((await ask(shop, await groupOf(shop, 'main', 'promote/production/all'))).state).toBe('failure');
  });

  it('keeps a merge group back that changes another pin beside', async () => {
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.apply();
    await work(shop, 'work', 'production/other.yaml', HELD);
    expect((await ask(shop, await groupOf(shop, 'main', 'promote/production/all', 'work'))).state).toBe(
      'failure',
    );
  });

  it('judges two promotions and a change of somebody else in one group', async () => {
    const two = await createReviewWorld(['gates: { approval: {} }', 'pullRequest: { group: image }'], {
      images: ['api', 'web'],
    });
    try {
      for (const image of ['api', 'web']) await two.release('1.0.0', image);
      await two.apply();
      for (const { number } of await two.forge.pulls())
        await two.forge.review('alice', 'approved', { of: number });
      await two.apply();
      const ours = ['promote/production/api', 'promote/production/web'];
      await work(two, 'work', 'README.md', 'more\n');
      await work(two, 'mine', 'production/other.yaml', HELD);
      const judge = async (...branches: readonly string[]) =>
        (await ask(two, await groupOf(two, 'main', ...branches))).state;
      expect(await judge(...ours, 'work')).toBe('success');
      expect(await judge(...ours, 'mine')).toBe('failure');
      // A queue tests each entry on top of those before it.
      await groupOf(two, 'main', ...ours.slice(0, 1));
      expect((await ask(two, await groupOf(two, 'queue', ...ours.slice(1), 'work'))).state).toBe('success');
      await groupOf(two, 'main', ...ours.slice(0, 1));
      expect((await ask(two, await groupOf(two, 'queue', 'mine'))).state).toBe('failure');
    } finally {
      await two.world.close();
    }
  });

  it('lets a merge group through that reverts a promotion, once the rollback is approved', async () => {
    for (const version of ['1.0.0', '1.1.0']) {
      await shop.release(version);
      await shop.apply();
      await shop.forge.review('alice');
      await shop.apply();
      await shop.forge.end('merged');
    }
    await shop.world.git('checkout', '--quiet', '-b', 'revert', 'main');
    await shop.world.git('revert', '--no-edit', '--mainline', '1', 'HEAD');
    await shop.world.git('checkout', '--quiet', 'main');
    await shop.forge.propose('revert', 'carol');
    expect((await ask(shop, await groupOf(shop, 'main', 'revert'))).state).toBe('failure');
    await shop.forge.review('bob');
    await work(shop, 'work', 'README.md', 'more\n');
    await work(shop, 'mine', 'production/other.yaml', HELD);
    expect((await ask(shop, await groupOf(shop, 'main', 'revert', 'work'))).state).toBe('success');
    expect((await ask(shop, await groupOf(shop, 'main', 'revert', 'mine'))).state).toBe('failure');
  });

  it('lets a merge group through with a hold that promote proposed, and with its release', async () => {
    await holdApi();
    expect(await ask(shop, await groupOf(shop, 'main', HOLDING))).toMatchObject({
      state: 'success',
      changes: [],
    });
    await shop.forge.end('merged');
    const lift = proposeLift({ environment: 'production', image: 'api' }, LIFTED);
    await change(lift);
    expect(await ask(shop, await groupOf(shop, 'main', HOLDING))).toMatchObject({
      state: 'success',
      changes: [],
    });
  });

  it('keeps a merge group back with a hold that somebody else wrote beside the proposed one', async () => {
    await holdApi();
    const text = await at(shop, HOLDING, 'promote-holds.yaml');
    await shop.commit(HOLDING, 'promote-holds.yaml', `${text}${heldByHand()}`);
    expect((await ask(shop, await groupOf(shop, 'main', HOLDING))).state).toBe('failure');
  });

  it('keeps a merge group back with a hold that a person pushed as if promote had', async () => {
    await shop.world.git('branch', '--force', HOLDING, 'main');
    await shop.commit(HOLDING, 'promote-holds.yaml', heldByHand());
    await shop.forge.propose(HOLDING, 'mallory');
    expect((await ask(shop, await groupOf(shop, 'main', HOLDING))).state).toBe('failure');
  });

  async function holdApi(): Promise<void> {
    const held = { environment: 'production', image: 'api', digest: 'all', ...LIFTED } as const;
    await change(proposeHold(held, 'incident'));
  }

  async function change(edit: ProposeHolds): Promise<void> {
    const [production] = shop.environments.environments.filter(({ name }) => name === 'production');
    if (production === undefined) throw new Error('no production');
    const wanted = { image: 'api', edit, subject: 'Change holds' };
    await changeHolds(shop.effects, shop.environments, production, REQUEST, wanted);
  }
});

/** Merges branches one after the other, as a queue does before it asks. */
async function groupOf(
  { world }: ReviewWorld,
  onto: string,
  ...branches: readonly string[]
): Promise<GateSubject> {
  const before = await world.git('rev-parse', onto);
  await world.git('checkout', '--quiet', '-B', 'queue', onto);
  for (const branch of branches) await world.git('merge', '--quiet', '--no-ff', '-m', branch, branch);
  const after = await world.git('rev-parse', 'HEAD');
  await world.git('checkout', '--quiet', 'main');
  return { kind: 'merge-group', before, after, branch: 'main' };
}
