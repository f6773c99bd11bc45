import { expect, it } from 'vitest';
import type { Digest } from '../../src/oci/digest.ts';
import type { Promotion } from '../../src/plan/plan.ts';
import { memberKey, shardMembers } from '../../src/plan/shards.ts';
import { seeded } from '../servers/seeded.ts';

const COUNT = 8;
const digest: Digest = `sha256:${'0'.repeat(64)}` as Digest;
const promotion = (image: string): Promotion => ({
  image,
  source: image,
  digest,
  policy: digest,
  targets: [],
  edits: [],
});

it('shares out every member once, whatever the order of the file', () => {
  const chance = seeded(7);
  const images = Array.from({ length: 200 }, (_, index) => `image-${index}`);
  const weights = new Map(images.map(image => [memberKey('all', image), Math.floor(chance() * 500_000_000)]));
  const plans = [{ group: 'all', promotions: images.map(promotion) }];
  const shares = Array.from({ length: COUNT }, (_, at) =>
    shardMembers(plans, weights, { index: at + 1, count: COUNT }),
  );
  expect(shares.flatMap(share => [...share]).toSorted()).toEqual([...weights.keys()].toSorted());
  const turned = [{ group: 'all', promotions: images.toReversed().map(promotion) }];
  expect(shardMembers(turned, weights, { index: 3, count: COUNT })).toEqual(shares[2]);
  const loads = shares.map(share => [...share].reduce((sum, key) => sum + (weights.get(key) ?? 0), 0));
  expect(Math.max(...loads) / Math.min(...loads)).toBeLessThan(1.05);
});

it('shares out what nobody weighed by number', () => {
  const plans = ['one', 'two'].map(group => ({ group, promotions: ['api', 'web', 'db'].map(promotion) }));
  const shares = [1, 2, 3].map(index => shardMembers(plans, new Map(), { index, count: 3 }));
  expect(shares.map(({ size }) => size)).toEqual([2, 2, 2]);
  expect(shardMembers(plans, new Map(), { index: 1, count: 1 }).size).toBe(6);
});

it('leaves a shard empty where there are more shards than members', () => {
  const plans = [{ group: 'api', promotions: [promotion('api')] }];
  const sizes = [1, 2].map(index => shardMembers(plans, new Map(), { index, count: 2 }).size);
  expect(sizes).toEqual([1, 0]);
});
