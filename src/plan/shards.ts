import type { Plan } from './plan.ts';

/** One of several runs that share the images of a plan file. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** The most shards of a plan. */
export const MOST_SHARDS = 1000;

/** A shard such as `3/8`, the third of eight; `undefined` for any other text. */
export function parseShard(text: string): Shard | undefined {
  const [, index, count] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? [];
  const found = { index: Number(index), count: Number(count) };
  return found.index <= found.count && found.count <= MOST_SHARDS ? found : undefined;
}

/** A member's weight in bytes, by `memberKey`; a member without one counts as copied already. */
export type Weights = ReadonlyMap<string, number>;

/** The weight of an image that is copied already: its requests take about as long as so many bytes. */
const EACH = 4_000_000;

/** Names a member within a plan file. */
export function memberKey(group: string, image: string): string {
  return `${group}/${image}`;
}

/**
 * The members of a shard: the heaviest first, each to the shard that has least. The result depends on the
 * file's content alone, so every run that reads the file has the same shares. Each member is in one shard.
 */
export function shardMembers(
  plans: readonly Pick<Plan, 'group' | 'promotions'>[],
  weights: Weights,
  { index, count }: Shard,
): ReadonlySet<string> {
  const members = plans
    .flatMap(({ group, promotions }) => promotions.map(({ image }) => memberKey(group, image)))
    .map(key => ({ key, weight: EACH + (weights.get(key) ?? 0) }))
    .toSorted((left, right) => right.weight - left.weight || (left.key < right.key ? -1 : 1));
  const loads = Array.from({ length: count }, () => 0);
  const own = new Set<string>();
  for (const { key, weight } of members) {
    const least = loads.indexOf(Math.min(...loads));
    loads[least] = (loads[least] ?? 0) + weight;
    if (least === index - 1) own.add(key);
  }
  return own;
}
