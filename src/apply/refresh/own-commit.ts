import { readTrailers } from '../../plan/trailers.ts';
import type { RefreshPlace } from './read-places.ts';

/** What promote's newest commit on a branch is for. */
export interface OwnCommit {
  /** The digest of its plan, as its message says. */
  readonly plan: string;
  /** The files that it changes. */
  readonly files: readonly string[];
}

/** How many commits of others on top are looked past. */
const MOST_COMMITS = 20;

/** Promote's newest commit on a branch, below those of others; `undefined` where there is none near its tip. */
export async function ownCommit({ repository }: RefreshPlace, tip: string): Promise<OwnCommit | undefined> {
  let looked = 0;
  for await (const { message, changes } of repository.history(tip, () => true)) {
    const { plan } = readTrailers(message);
    if (plan !== undefined) return { plan, files: changes.map(({ path }) => path) };
    looked += 1;
    if (looked === MOST_COMMITS) break;
  }
  return undefined;
}
