import { branchPrefix } from '../../environments/commits.ts';
import type { Deployment, Environments, Refresh } from '../../environments/environments.ts';
import { matchesGlob, ownsFile } from '../../environments/locate.ts';
import { includesFile } from '../../environments/refresh.ts';
import { PromoteError } from '../../errors.ts';
import { readFiles } from '../../git/read-files.ts';
import type { Head, Repository } from '../../git/repository.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { findSites } from '../../pins/find.ts';
import { fileFormat, isCiFile } from '../../pins/formats.ts';
import { type NamedSite, namesRepository } from '../../pins/site/site.ts';
import { knownRepositories, pinPaths } from '../../plan/image-pins.ts';
import type { LeftReference, RefreshSite } from '../../plan/refresh/refresh-plan.ts';
import { withCommitRules } from '../../run/commit-rules.ts';
import type { Effects } from '../../run/effects.ts';

/** A Git repository at one commit, and the images that its files name. */
export interface RefreshPlace {
  readonly deployment: Deployment;
  readonly repository: Repository;
  readonly head: Head;
  /** The prefix of its proposals' branches, which no other place shares. */
  readonly prefix: string;
  /** The files that were read for this run. */
  readonly files: readonly string[];
  readonly sites: readonly RefreshSite[];
  /** Files that could not be read. */
  readonly unreadable: readonly LeftReference[];
  /** Whether the run includes a file. */
  readonly isLookedAt: (path: string) => boolean;
}

/**
 * Reads the images that files name: all files of the environments file's own repository, and the environments' files in
 * other deployment repositories. Promoted images are left out. `paths` are files, directories or globs; empty: all.
 * `proposals` begins the names of its branches. Throws `USAGE` for a path that matches nothing, `CONFIGURATION` where two places would share their branches.
 */
export async function readPlaces(
  effects: Effects,
  environments: Environments,
  refresh: Refresh,
  paths: readonly string[],
  proposals: 'refresh' | 'mirror' = 'refresh',
): Promise<readonly RefreshPlace[]> {
  const deployments = [refresh.deployment, ...environments.environments.map(({ deployment }) => deployment)];
  const distinct = new Map(deployments.map(deployment => [keyOf(deployment), deployment]));
  const places: RefreshPlace[] = [];
  for (const deployment of distinct.values()) {
    const place = await readPlace(effects, environments, refresh, { deployment, paths });
    const isFirst = places.every(({ repository }) => repository.name !== place.repository.name);
    const branches = isFirst ? proposals : `${proposals}@${place.head.branch}`;
    const prefix = branchPrefix({ name: branches, commits: refresh.commits });
    assertOwnBranches(places, place, prefix);
    places.push({ ...place, prefix });
  }
  for (const path of paths) assertNamesFiles(path, places);
  return places;
}

/** Throws if another place has the same repository and prefix, so that their branches would collide. */
function assertOwnBranches(
  places: readonly RefreshPlace[],
  { repository: { name }, head }: Omit<RefreshPlace, 'prefix'>,
  prefix: string,
): void {
  const other = places.find(place => place.repository.name === name && place.prefix === prefix);
  if (other === undefined) return;
  throw new PromoteError(
    'CONFIGURATION',
    `refresh: ${name} is deployed from ${other.head.branch} and ${head.branch}, and the proposals of both would be on ${prefix}…`,
    { hint: `let commits.branch name {environment}: "${prefix}{environment}/{group}"` },
  );
}

function assertNamesFiles(path: string, places: readonly RefreshPlace[]): void {
  if (places.some(({ files }) => files.some(file => isAsked(path, file)))) return;
  throw new PromoteError('USAGE', `refresh ${path}: no file that is read for images`, {
    hint: 'paths begin at the root of the repository and are read at the head of its branch; `refresh.include` names files of other kinds',
  });
}

async function readPlace(
  effects: Effects,
  environments: Environments,
  refresh: Refresh,
  { deployment, paths }: { readonly deployment: Deployment; readonly paths: readonly string[] },
): Promise<Omit<RefreshPlace, 'prefix'>> {
  const repository = withCommitRules(effects, await effects.repository(deployment), refresh.commits);
  const head = await repository.head(deployment.branch);
  if (head === undefined) {
    const branch = deployment.branch ?? '(default)';
    throw new PromoteError('NOT_FOUND', `refresh: ${repository.name} has no branch ${branch}`);
  }
  const namesImages = imageFiles(environments, refresh, deployment);
  const isWanted = (path: string) => paths.length === 0 || paths.some(asked => isAsked(asked, path));
  const isRead = (path: string) =>
    isWanted(path) && namesImages(path) && includesFile(refresh, path, !isCiFile(path));
  const texts = await readFiles(repository, head.commit, isRead);
  const known = knownRepositories(environments);
  const sites: RefreshSite[] = [];
  const unreadable: LeftReference[] = [];
  for (const [file, text] of texts) {
    try {
      for (const site of findSites(file, text, pinPaths(environments, file))) {
        if (site.kind === 'explained') sites.push(site);
        else if (namesRepository(site) && !site.guessed && !isPromoted(site, known)) sites.push(site);
      }
    } catch (error) {
      if (!(error instanceof PromoteError)) throw error;
      unreadable.push({ file, line: 1, written: '', why: 'unreadable', reason: error.message });
    }
  }
  const isLookedAt = (path: string) => isWanted(path) && unreadable.every(({ file }) => file !== path);
  return { deployment, repository, head, files: [...texts.keys()], sites, unreadable, isLookedAt };
}

/** Decides which files are read: by name where the environments file is, elsewhere environments' own. */
function imageFiles(
  environments: Environments,
  refresh: Refresh,
  deployment: Deployment,
): (path: string) => boolean {
  const key = keyOf(deployment);
  const isOwn = key === keyOf(refresh.deployment);
  const owners = environments.environments.filter(environment => keyOf(environment.deployment) === key);
  const isNamed = (path: string) => ![undefined, 'env'].includes(fileFormat(path)?.name);
  return path => (isOwn && isNamed(path)) || owners.some(owner => ownsFile(owner, path));
}

/** Whether promotions change a reference: a rule assigns it to an image, or its repository is an image's. */
function isPromoted({ pin }: NamedSite, known: ReadonlyMap<RepositoryName, string>): boolean {
  return pin.image !== undefined || known.has(pin.repository);
}

function isAsked(asked: string, path: string): boolean {
  const plain = asked.replace(/^(?:\.\/)+|\/+$/g, '');
  return (
    plain === '.' ||
    plain === '' ||
    path === plain ||
    path.startsWith(`${plain}/`) ||
    matchesGlob(path, plain, { dot: true })
  );
}

function keyOf({ repository, branch }: Deployment): string {
  return JSON.stringify([repository, branch]);
}
