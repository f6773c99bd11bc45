import { InvalidArgumentError } from 'commander';
import { MOST_SHARDS, parseShard } from '../../plan/shards.ts';

/** Returns the text unchanged if it names a shard. */
export function shardText(text: string): string {
  if (parseShard(text) !== undefined) return text;
  throw new InvalidArgumentError(`Expected a shard such as 3/8, of ${MOST_SHARDS} at most.`);
}
