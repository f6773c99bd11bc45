import { parseReference, type RepositoryName } from '../oci/reference.ts';
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
  readonly pullRequest: Pick<PullRequestSettings, 'labels' | 'reviewers' | 'assignees' | 'draft' | 'title'>;
  /** Registries, perhaps with a path, that images may come from; empty: any. */
  readonly registries: readonly string[];
}

/** Whether a file is read; `isListed` says whether it is of a kind that is read without being named. */
export function includesFile({ include, exclude }: Refresh, path: string, isListed: boolean): boolean {
  if (exclude.some(glob => matchesGlob(path, glob))) return false;
  return include === undefined ? isListed : include.some(glob => matchesGlob(path, glob));
}

/** Whether images may come from the repository's registry. */
export function allowsRegistry({ registries }: Refresh, repository: RepositoryName): boolean {
  return registries.length === 0 || registries.some(place => `${repository}/`.startsWith(`${place}/`));
}

/** The group that a repository is updated with: the first that names it, else its own, `node` or `ghcr-io-acme-base`. */
export function refreshGroup({ groups }: Refresh, repository: RepositoryName): string {
  const short = shortName(repository);
  const named = Object.entries(groups).find(([, members]) =>
    members.some(member => matchesGlob(repository, member) || matchesGlob(short, member)),
  );
  return named?.[0] ?? short.replace(/[^a-z0-9]+/g, '-');
}

/** A repository as people write it: without Docker Hub's own names. */
export function shortName(repository: RepositoryName): string {
  const short = repository.replace(/^docker\.io\/(?:library\/)?/, '');
  return parseReference(short).repository === repository ? short : repository;
}
