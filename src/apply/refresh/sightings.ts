import { type Refresh, refreshGroup } from '../../environments/refresh.ts';
import type { Forge } from '../../forges/forge.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Reference } from '../../oci/reference.ts';
import { readSightings, type Sighting } from '../../plan/refresh/commit-message.ts';
import { imageMark } from '../../plan/refresh/refresh-plan.ts';
import { isToldIn } from './images-mark.ts';
import type { RefreshPlace } from './read-places.ts';

/**
 * The image of a tag that a reference waits for, and since when; another one than the tag names now only if nobody has
 * closed the pull request for it. What a tag named before the reference was moved is not waited for: it may be older.
 */
export type Sightings = (
  reference: Reference,
  named: { readonly tag: string; readonly digest: Digest },
) => Promise<Sighting | undefined>;

/** Finds what waits to be old enough: the newest commit of a branch says so, which makes Git the only memory. */
export function createSightings(refresh: Refresh, place: RefreshPlace, forge: Forge | undefined): Sightings {
  let known: Promise<readonly Sighting[]> | undefined;
  return async ({ repository, tag: own = 'latest', digest: current }, { tag, digest }) => {
    known ??= readAging(place);
    const found = (await known).find(
      sighting =>
        sighting.repository === repository &&
        sighting.tag === tag &&
        (tag !== own || sighting.from === current),
    );
    if (found === undefined || found.digest === digest) return found;
    const branch = `${place.prefix}${refreshGroup(refresh, repository)}`;
    const pullRequest = await forge?.pullRequests.find(branch, place.head.branch);
    const isDeclined =
      pullRequest?.state === 'closed' && isToldIn(pullRequest.body, { images: [imageMark(found)] });
    return isDeclined ? undefined : found;
  };
}

/** The branch whose newest commit remembers what waits; never proposed. */
export function agingBranch({ prefix }: RefreshPlace): string {
  return `${prefix.replace(/\/$/, '')}-young`;
}

/** What waits to be old enough in one place. */
export async function readAging(place: RefreshPlace): Promise<readonly Sighting[]> {
  const tip = await place.repository.head(agingBranch(place));
  if (tip === undefined) return [];
  for await (const { message } of place.repository.history(tip.commit, () => true)) {
    return readSightings(message);
  }
  return [];
}
