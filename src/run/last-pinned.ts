import type { Environment } from '../environments/environments.ts';
import type { PinnedFiles } from '../proposals/run.ts';
import { pinCommits } from './history/pin-commits.ts';
import { HISTORY_LIMIT } from './read-pins.ts';

/** Commits read at a time; few, since most pins are only a few commits old. */
const AT_ONCE = 20;

/**
 * For each image, the newest commit that changed one of its pins; `null` if there is none. An image is absent
 * if its commit is older than the history that is read.
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
