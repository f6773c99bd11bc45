import type { Environment, Environments } from '../environments/environments.ts';
import { HOLDS_FILE } from '../environments/holds/holds.ts';
import { ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { Head, Repository } from '../git/repository.ts';
import { imagePins } from '../plan/image-pins.ts';
import type { ImagePin } from '../plan/snapshot.ts';
import type { Effects } from './effects.ts';

/** The most commits of an environment's files that are searched for earlier pins. */
export const HISTORY_LIMIT = 1000;

/** An environment's deployment files at one commit, and the pins in them that belong to a known image. */
export interface PinnedFiles {
  readonly repository: Repository;
  readonly head: Head;
  readonly texts: ReadonlyMap<string, string>;
  readonly pins: readonly ImagePin[];
  /** The repository's holds file at that commit, where it has one. */
  readonly holds: string | undefined;
}

/**
 * Reads an environment's pins at the head of its branch, and along with them the files of another one there whose pins
 * are wanted next. Throws `NOT_FOUND` where the branch is absent and `CONFIGURATION` where a file belongs to a second
 * environment.
 */
export async function readPins(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  next?: Environment,
): Promise<PinnedFiles> {
  const { repository, head } = await observeHead(effects, environment);
  const owns = (path: string) => path !== HOLDS_FILE && ownsFile(environment, path);
  const isNext = (path: string) => next !== undefined && isBeside(environment, next) && ownsFile(next, path);
  const wanted = (path: string) => owns(path) || path === HOLDS_FILE || isNext(path);
  const read = await readFiles(repository, head.commit, wanted);
  const texts = new Map([...read].filter(([path]) => owns(path)));
  for (const path of texts.keys()) assertOneOwner(environments, environment, path);
  return { repository, head, texts, pins: imagePins(environments, texts), holds: read.get(HOLDS_FILE) };
}

/** Where an environment's branch stands; throws `NOT_FOUND` where there is none. */
export async function observeHead(
  effects: Effects,
  { name, deployment }: Environment,
): Promise<{ readonly repository: Repository; readonly head: Head }> {
  const repository = await effects.repository(deployment);
  const head = await repository.head(deployment.branch);
  if (head !== undefined) return { repository, head };
  throw new PromoteError('NOT_FOUND', `${repository.name}: no branch ${deployment.branch ?? '(default)'}`, {
    hint: `create it, or change the branch that ${name} is deployed from`,
  });
}

/** The texts of a commit's regular files that `wanted` picks, by path. */
export async function readFiles(
  repository: Repository,
  commit: string,
  wanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  const files = (await repository.list(commit)).filter(({ path }) => wanted(path));
  const blobs = await repository.read(files.map(({ blob }) => blob));
  return new Map(files.map(({ path, blob }) => [path, blobs.get(blob) ?? '']));
}

function assertOneOwner({ environments }: Environments, environment: Environment, path: string): void {
  const other = environments.find(
    candidate =>
      candidate.name !== environment.name && isBeside(environment, candidate) && ownsFile(candidate, path),
  );
  if (other === undefined) return;
  throw new PromoteError(
    'CONFIGURATION',
    `${path}: matched by the files of both ${environment.name} and ${other.name}`,
    {
      hint: 'a deployment file belongs to one environment: narrow one of the globs',
    },
  );
}

function isBeside(environment: Environment, other: Environment): boolean {
  return deploymentKey(environment) === deploymentKey(other);
}

/** Tells deployment repositories and branches apart. */
export function deploymentKey({ deployment: { repository, branch } }: Environment): string {
  return JSON.stringify([repository, branch]);
}
