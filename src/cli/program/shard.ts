import { InvalidArgumentError } from 'commander';
import type { Shard } from '../../plan/shards.ts';

const MOST = 1000;

/** The text as it stands, where it names a shard. */
export function shardText(text: string): string {
  parseShard(text);
  return text;
}

/** A shard such as `3/8`: the third of eight. */
export function parseShard(text: string): Shard {
  const [, index, count] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? [];
  const found = { index: Number(index), count: Number(count) };
  if (found.index <= found.count && found.count <= MOST) return found;
  throw new InvalidArgumentError(`Expected a shard such as 3/8, of ${MOST} at most.`);
}
