import type { Environment, Environments } from '../environments/environments.ts';
import { deploymentKey, ownsFile, placesIn } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { Head, Repository } from '../git/repository.ts';
import { imageMentions, readablePins } from '../plan/image-pins.ts';
import { unreadBases } from '../plan/unread-bases.ts';
import { wantedFiles } from '../plan/wanted-files.ts';
import type { PinnedFiles } from '../proposals/run.ts';
import type { Effects } from './effects.ts';
import { readTogether } from './read-together.ts';
import { specialFiles } from './special-files.ts';

/** The most commits of an environment's files that are searched for earlier pins. */
export const HISTORY_LIMIT = 1000;

/** The environment to read. */
interface Observing {
  readonly effects: Pick<Effects, 'repository'>;
  readonly environments: Environments;
  readonly environment: Environment;
}

/**
 * Reads an environment's pins at the head of its branch, and files of a second environment that is read next.
 * Throws `NOT_FOUND` if the branch is absent and `CONFIGURATION` if a file belongs to two environments.
 */
export async function readPins(
  { effects, environments, environment }: Observing,
  next?: Environment,
): Promise<PinnedFiles> {
  const { repository, head } = await observeHead(effects, environment);
  const isNext = (path: string) => next !== undefined && isBeside(environment, next) && ownsFile(next, path);
  const read = await readTogether({ repository, head, environments, environment }, isNext);
  const { texts, bases, holds, implied, environments: whole, owned } = read;
  for (const path of owned) assertOneOwner(environments, environment, path);
  const { pins, unreadable } = readablePins(whole, environment, texts);
  const unread = new Set(unreadable.map(({ file }) => file));
  const readable = new Map([...texts].filter(([path]) => !unread.has(path)));
  const mentions = imageMentions(whole, environment, readable, implied);
  const tree = await repository.tree(head.commit);
  const special = [
    ...(await specialFiles({ repository, tree, keep: wantedFiles(environments).keep }, environment)),
    ...unreadBases({ texts: new Map([...texts, ...bases]), tree }),
  ];
  return { environments: whole, repository, head, texts, pins, mentions, unreadable, special, holds };
}

/** The head of an environment's branch; throws `NOT_FOUND` if there is no such branch. */
export async function observeHead(
  effects: Pick<Effects, 'repository'>,
  { name, deployment }: Pick<Environment, 'name' | 'deployment'>,
): Promise<{ readonly repository: Repository; readonly head: Head }> {
  const repository = await effects.repository(deployment);
  const head = await repository.head(deployment.branch);
  if (head !== undefined) return { repository, head };
  if (deployment.branch === undefined) {
    throw new PromoteError('NOT_FOUND', `${repository.name}: it has no commit yet`, {
      hint: 'commit the environments file and the deployment files: git add --all && git commit',
    });
  }
  throw new PromoteError('NOT_FOUND', `${repository.name}: no branch ${deployment.branch}`, {
    hint: `create it, or change the branch that ${name} is deployed from`,
  });
}

/** Throws if another environment has the same file, unless each has a place of its own in it. */
function assertOneOwner({ environments }: Environments, environment: Environment, path: string): void {
  const isPart = placesIn(environment, path) !== undefined;
  const other = environments.find(
    candidate =>
      candidate.name !== environment.name &&
      isBeside(environment, candidate) &&
      ownsFile(candidate, path) &&
      !(isPart && placesIn(candidate, path) !== undefined),
  );
  if (other === undefined) return;
  throw new PromoteError(
    'CONFIGURATION',
    `${path}: matched by the files of both ${environment.name} and ${other.name}`,
    {
      hint: `narrow one of the globs, or name the place of each in the file: { path: ${JSON.stringify(path)}, at: "elements[env=${environment.name}]" }`,
    },
  );
}

function isBeside(environment: Environment, other: Environment): boolean {
  return deploymentKey(environment) === deploymentKey(other);
}
