import type { Environment } from '../environments/environments.ts';
import type { PinnedFiles } from '../proposals/run.ts';
import { pinCommits } from './history/pin-commits.ts';
import { HISTORY_LIMIT } from './read-pins.ts';

/** Few at a time: what is pinned now was mostly pinned a few commits ago. */
const AT_ONCE = 20;

/**
 * By image the newest commit that changed one of its pins, which so pinned what is pinned now; `null` where none ever
 * did. An image is absent where more of the history would have to be read.
 */
export async function readLastPinned(
  files: Pick<PinnedFiles, 'environments' | 'repository' | 'head'>,
  environment: Environment,
  images: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string | null>> {
  const found = new Map<string, string | null>();
  if (images.size === 0) return found;
  let commits = 0;
  for await (const { commit, moves } of pinCommits(files.environments, environment, files, AT_ONCE)) {
    for (const { image } of moves) {
      if (images.has(image) && !found.has(image)) found.set(image, commit);
    }
    commits += 1;
    if (found.size === images.size || commits === HISTORY_LIMIT) return found;
  }
  for (const image of images) found.set(image, found.get(image) ?? null);
  return found;
}
