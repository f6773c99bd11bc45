import { afterEach, expect, it } from 'vitest';
import { measureEnvironments } from '../../src/commands/metrics.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { PromoteError } from '../../src/errors.ts';
import { readHistory, readHistoryRecords } from '../../src/run/history/history.ts';
import { observeHead } from '../../src/run/read-pins.ts';
import { createReviewWorld, type ReviewWorld } from '../apply/review-world.ts';
import { describeWith } from '../servers/tools.ts';
import { newSigner } from '../signing/keys.ts';

const ALL = { names: [], days: 30, limit: 500 };

describeWith(['git'], 'promote metrics', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('measures from the build that the image names, and the wait for the last review', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }'], { signer: await newSigner() });
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.apply();
    await shop.forge.end('merged');
    Object.assign(shop.effects, { now: () => new Date() });
    const { measured, failures } = await measureEnvironments(shop.effects, shop.environments, ALL);
    expect(failures).toEqual([]);
    const [dev, production] = measured.environments;
    expect(dev).toMatchObject({ promotions: 1, unknownLeadTimes: 0, isWhole: true });
    expect(production).toMatchObject({ promotions: 1, leadTimes: [expect.any(Number)], isWhole: true });
    expect(production?.leadTimes[0]).toBeGreaterThanOrEqual(dev?.leadTimes[0] ?? 0);
    expect(production?.ages).toMatchObject([{ image: 'api' }]);
    const { environments, effects } = shop;
    const environment = environmentNamed(environments, 'production');
    const events = await readHistory(environments, environment, await observeHead(effects, environment));
    const { records } = await readHistoryRecords(effects, environments, environment, events);
    expect(records[0]?.approvedAt).toBe('2026-11-21T10:00:00.000Z');
  });

  it('says of a history that was cut that it is not whole, and leaves out what cannot be read', async () => {
    shop = await createReviewWorld(['commit: direct']);
    await shop.release('1.0.0');
    await shop.release('1.1.0');
    Object.assign(shop.effects, { now: () => new Date() });
    const cut = await measureEnvironments(shop.effects, shop.environments, {
      ...ALL,
      names: ['dev'],
      limit: 1,
    });
    expect(cut.measured.environments).toMatchObject([{ environment: 'dev', promotions: 1, isWhole: false }]);
    const repository = async () => Promise.reject(new PromoteError('UNREACHABLE', 'no answer'));
    Object.assign(shop.effects, { repository });
    // An environment that was not asked for is read as well, and its loss is told.
    const asked = { ...ALL, names: ['production'] };
    const lost = await measureEnvironments(shop.effects, shop.environments, asked);
    expect(lost.measured.environments).toEqual([]);
    expect(lost.failures.map(({ environment, error }) => [environment, error.code])).toEqual([
      ['dev', 'UNREACHABLE'],
      ['production', 'UNREACHABLE'],
    ]);
  });
});
