import { PromoteError } from '../errors.ts';
import type { Arrival } from './attest.ts';
import type { Effects } from './effects.ts';

/** Sets a target's tags that do not name the digest yet; one that never moves and names another fails with `TAG_MOVED`. */
export async function setTags(
  { store, log }: Pick<Effects, 'store' | 'log'>,
  { candidate, target, content }: Arrival,
): Promise<void> {
  const { digest } = candidate;
  const to = store(target.repository);
  for (const { name, moves } of target.tags) {
    const named = (await to.head(name))?.digest;
    if (named === digest) continue;
    if (named !== undefined && !moves) throw tagMoved(target.repository, name, named, digest);
    await to.putManifest(content, name);
    const after = (await to.head(name))?.digest;
    if (after !== digest) throw tagMoved(target.repository, name, after ?? 'nothing', digest);
    log(`tagged ${target.repository}:${name}`);
  }
}

function tagMoved(repository: string, tag: string, actual: string, expected: string): PromoteError {
  return new PromoteError('TAG_MOVED', `tag ${repository}:${tag}: names ${actual}, expected ${expected}`, {
    hint: 'someone else sets this tag; find out who, and give each build a tag of its own',
  });
}
