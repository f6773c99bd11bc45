import { type Refresh, refreshGroup } from '../../environments/refresh.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { readSightings, type Sighting } from '../../plan/refresh/commit-message.ts';
import type { Forge } from '../forge.ts';
import type { RefreshPlace } from './read-places.ts';

/** The young images that a repository's proposal remembers, as long as nobody has merged or closed it. */
export type Sightings = (repository: RepositoryName) => Promise<readonly Sighting[]>;

/**
 * Finds which images wait to be old enough, and since when: the commit of their group's branch says so, which makes Git
 * the only memory. Asked once a branch.
 */
export function createSightings(refresh: Refresh, place: RefreshPlace, forge: Forge | undefined): Sightings {
  const known = new Map<string, Promise<readonly Sighting[]>>();
  return async repository => {
    const branch = `${place.prefix}${refreshGroup(refresh, repository)}`;
    const found = known.get(branch) ?? readBranch(place, forge, branch);
    known.set(branch, found);
    return (await found).filter(sighting => sighting.repository === repository);
  };
}

async function readBranch(
  { repository, head }: RefreshPlace,
  forge: Forge | undefined,
  branch: string,
): Promise<readonly Sighting[]> {
  const tip = await repository.head(branch);
  if (tip === undefined) return [];
  const pullRequest = await forge?.pullRequests.find(branch, head.branch);
  if (pullRequest?.head === tip.commit && pullRequest.state !== 'open') return [];
  for await (const { message } of repository.history(tip.commit, () => true)) return readSightings(message);
  return [];
}
