import { canonicalRegistry, parseReference, type RepositoryName } from '../oci/reference.ts';
import type { AcceptedSigner } from './accepted-signers.ts';
import { matchesCron, parseCron } from './cron.ts';
import type { Deployment, PullRequestSettings } from './environments.ts';
import { matchesGlob } from './locate.ts';

/** How far a tag may move; `digest` not at all. */
export type UpdateLevel = 'digest' | 'patch' | 'minor' | 'major';

/** How base and third-party images are moved to newer digests. */
export interface Refresh {
  /** The repository whose Dockerfiles, compose and CI files are read: the file's own. */
  readonly deployment: Deployment;
  /** Globs of the files to read; absent: every file of a known kind, except what a CI runs. */
  readonly include?: readonly string[];
  readonly exclude: readonly string[];
  readonly update: UpdateLevel;
  /** Whether references without a digest get one. */
  readonly pin: boolean;
  /** How long an image must have existed, in milliseconds. */
  readonly minimumAge: number;
  /** Globs of the repositories that are updated together; any other repository stands alone. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** The most pull requests that are open at the same time. */
  readonly limit: number;
  /** When pull requests are opened; empty: at any time. Open ones are kept up to date always. */
  readonly schedule: readonly RefreshWindow[];
  readonly pullRequest: Omit<PullRequestSettings, 'supersede'>;
  /** Whose signatures are asked of the repositories that `images` names; of several for one, one suffices. */
  readonly signature: readonly AcceptedSigner[];
  /** Registries, perhaps with a path, that images may come from; empty: any. */
  readonly registries: readonly string[];
}

/** Hours that pull requests are opened in: the minutes that match the cron fields, as clocks in the time zone show them. */
export interface RefreshWindow {
  readonly cron: string;
  readonly timezone: string;
}

/** Whether pull requests are opened at the time. */
export function opensAt({ schedule }: Refresh, time: Date): boolean {
  if (schedule.length === 0) return true;
  return schedule.some(({ cron, timezone }) => {
    const parsed = parseCron(cron, timezone);
    return parsed !== undefined && matchesCron(parsed, time);
  });
}

/** Whose signature an image of the repository must carry: of these, one; empty: nobody's. */
export function acceptedSigners(
  { signature }: Refresh,
  repository: RepositoryName,
): readonly AcceptedSigner[] {
  return signature.filter(
    ({ images }) => images.length === 0 || images.some(glob => names(glob, repository)),
  );
}

/**
 * Whether a file is read; `isListed` says whether it is of a kind that is read without being named. What is not, as
 * `.github/workflows/ci.yml`, needs a glob that names its dot: `**` is meant for other files.
 */
export function includesFile({ include, exclude }: Refresh, path: string, isListed: boolean): boolean {
  if (exclude.some(glob => matchesGlob(path, glob, { dot: true }))) return false;
  return include === undefined ? isListed : include.some(glob => matchesGlob(path, glob, { dot: isListed }));
}

/** Whether images may come from the repository's registry. */
export function allowsRegistry({ registries }: Refresh, repository: RepositoryName): boolean {
  return registries.length === 0 || registries.some(place => `${repository}/`.startsWith(`${place}/`));
}

/** The group that a repository is updated with: the first that names it, else its own, `node` or `ghcr-io-acme-base`. */
export function refreshGroup({ groups }: Refresh, repository: RepositoryName): string {
  const short = shortName(repository);
  const named = Object.entries(groups).find(([, members]) =>
    members.some(member => names(member, repository)),
  );
  return named?.[0] ?? short.replace(/[^a-z0-9]+/g, '-');
}

/** A repository as people write it: without Docker Hub's own names. */
export function shortName(repository: RepositoryName): string {
  const short = repository.replace(/^docker\.io\/(?:library\/)?/, '');
  return parseReference(short).repository === repository ? short : repository;
}

/** Whether a glob is about the repository, in any of its writings. */
function names(glob: string, repository: RepositoryName): boolean {
  const wanted = canonicalRegistry(glob);
  const official = repository.replace(/^docker\.io\/library\//, 'docker.io/');
  return [repository, shortName(repository), official].some(name => matchesGlob(name, wanted));
}
