import { afterEach, expect, it } from 'vitest';
import { changeHolds } from '../../src/commands/change-holds.ts';
import { findFrozenPlan } from '../../src/commands/frozen-plan.ts';
import { overrideName } from '../../src/environments/holds/holds.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { proposeHold, proposeLift } from '../../src/plan/holds/propose-holds.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from './review-world.ts';

const FREEZE =
  'gates: { freeze: { windows: [{ from: 2026-11-20, until: 2026-11-30, reason: audit }], override: { approval: { users: [carol, dave] } } } }';
const SINCE = '2026-11-21T11:00:00Z';

describeWith(['git'], 'an override of a freeze', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  /** What `promote hold production --override freeze` does. */
  async function override(until = '2026-11-22', by = 'bob') {
    const { effects, environments } = shop;
    const { plan, freeze } = await findFrozenPlan(effects, environments, REQUEST, undefined);
    const entry = {
      environment: 'production',
      image: overrideName(plan),
      digest: plan,
      freeze,
      by,
      since: SINCE,
      until,
    };
    const change = { image: entry.image, edit: proposeHold(entry, 'a fix'), subject: 'Override' };
    const environment = environmentNamed(environments, 'production');
    const { pins: done } = await changeHolds(effects, environments, environment, REQUEST, change);
    return { plan, done };
  }

  /** The freeze gate's answer of one run. */
  async function answer() {
    const [group] = (await shop.apply()).groups;
    const decision = group?.decision;
    return decision && 'verdicts' in decision
      ? decision.verdicts.find(({ gate }) => gate === 'freeze')
      : undefined;
  }

  it('opens the gate for its plan once its pull request is merged and approved, whichever comes first', async () => {
    shop = await createReviewWorld([FREEZE]);
    await shop.release('1.0.0');
    expect(await answer()).toMatchObject({
      kind: 'waiting',
      hint: expect.stringContaining('promote hold production --override freeze --until'),
    });
    const { plan, done } = await override();
    expect(done).toMatchObject({ kind: 'proposed' });
    // It is no entry of the branch yet.
    await shop.forge.review('carol');
    expect(await answer()).toMatchObject({ kind: 'waiting' });
    await shop.forge.end('merged');
    expect(await shop.world.read('promote-holds.yaml')).toContain(`plan: ${plan}, reason: "a fix"`);
    expect(await answer()).toMatchObject({
      kind: 'open',
      reason: 'frozen: audit; overridden by bob until 2026-11-22: a fix; approved by carol',
      closesAt: '2026-11-23T00:00:00.000Z',
    });
    expect(await shop.promoted()).toEqual(['1.0.0']);
  });

  it.each([
    ['nobody', undefined, 'the override by bob has 0 of 1 approvals by carol, dave'],
    ['somebody else', 'erin', 'erin: is not among those who may approve'],
    ['who asks for it', 'dave', 'dave: asked for the promotion'],
  ])('does not count where %s has approved', async (_, reviewer, why) => {
    shop = await createReviewWorld([FREEZE]);
    await shop.release('1.0.0');
    await override('2026-11-22', reviewer === 'dave' ? 'dave' : 'bob');
    if (reviewer !== undefined) await shop.forge.review(reviewer);
    await shop.forge.end('merged');
    expect(await answer()).toMatchObject({ kind: 'waiting', reason: expect.stringContaining(why) });
    expect(await shop.promoted()).toEqual([]);
  });

  it('does not count where it is an entry that no pull request of its own brought in', async () => {
    shop = await createReviewWorld([FREEZE]);
    await shop.release('1.0.0');
    await shop.apply();
    const { plan } = await findFrozenPlan(shop.effects, shop.environments, REQUEST, undefined);
    const entry = `{ environment: production, freeze: audit, plan: "${plan}", reason: r, by: bob, since: "${SINCE}", until: 2026-11-22 }`;
    await shop.commit('main', 'promote-holds.yaml', `- ${entry}\n`);
    expect(await answer()).toMatchObject({
      kind: 'waiting',
      reason: expect.stringContaining('it did not come by a pull request'),
    });
  });

  /** The branch of the proposed override, and what the holds file says there. */
  async function proposed() {
    const { done } = await override();
    const branch = 'branch' in done ? done.branch : expect.fail('it is not proposed');
    return { branch, entries: await shop.world.git('show', `${branch}:promote-holds.yaml`) };
  }

  it('does not count reviews of a pull request that is still open, though the entry is there', async () => {
    shop = await createReviewWorld([FREEZE]);
    await shop.release('1.0.0');
    const { entries } = await proposed();
    await shop.forge.review('carol');
    await shop.commit('main', 'promote-holds.yaml', `${entries}\n`);
    expect(await answer()).toMatchObject({
      kind: 'waiting',
      reason: expect.stringContaining('it did not come by a pull request'),
    });
  });

  it('does not count reviews of another entry', async () => {
    shop = await createReviewWorld([FREEZE]);
    await shop.release('1.0.0');
    const { branch, entries } = await proposed();
    await shop.forge.review('carol');
    const longer = entries.replace('until: 2026-11-22', 'until: 2026-11-29');
    expect(longer).not.toBe(entries);
    await shop.commit(branch, 'promote-holds.yaml', `${longer}\n`);
    await shop.forge.end('merged');
    expect(await answer()).toMatchObject({
      kind: 'waiting',
      reason: expect.stringContaining('carol: given on another plan'),
    });
  });

  it('ends with its day, with a release, and with another plan', async () => {
    shop = await createReviewWorld([FREEZE]);
    await shop.release('1.0.0');
    const { plan } = await override();
    await shop.forge.review('carol');
    await shop.forge.end('merged');
    Object.assign(shop.effects, { now: () => new Date('2026-11-23T00:00:00Z') });
    expect(await answer()).toMatchObject({ kind: 'waiting' });
    Object.assign(shop.effects, { now: () => new Date('2026-11-21T12:00:00Z') });
    await shop.release('1.1.0');
    expect(await answer()).toMatchObject({ kind: 'waiting' });
    const image = overrideName(plan);
    const edit = proposeLift({ environment: 'production', image }, { by: 'bob', since: SINCE });
    const environment = environmentNamed(shop.environments, 'production');
    const change = { image, edit, subject: 'Freeze again' };
    await changeHolds(shop.effects, shop.environments, environment, REQUEST, change);
    await shop.forge.end('merged');
    expect(await shop.world.read('promote-holds.yaml')).toContain('lifted: { by: bob');
  });

  it('is refused where no plan waits for a freeze', async () => {
    shop = await createReviewWorld([FREEZE]);
    await shop.release('1.0.0');
    Object.assign(shop.effects, { now: () => new Date('2026-12-21T12:00:00Z') });
    await expect(findFrozenPlan(shop.effects, shop.environments, REQUEST, undefined)).rejects.toMatchObject({
      code: 'USAGE',
    });
  });
});
