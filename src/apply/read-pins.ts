import type { Environment, Environments } from '../environments/environments.ts';
import { HOLDS_FILE } from '../environments/holds/holds.ts';
import { deploymentKey, ownsFile, placesIn } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { readFiles, readKept } from '../git/read-files.ts';
import type { Head, Repository } from '../git/repository.ts';
import { basePaths, isBase } from '../pins/together/kustomize-bases.ts';
import { imageMentions, impliedBy, readablePins } from '../plan/image-pins.ts';
import { isDotenv, isVariables } from '../plan/variable-files.ts';
import { wantedFiles } from '../plan/wanted-files.ts';
import type { PinnedFiles } from '../proposals/run.ts';
import type { Effects } from './effects.ts';
import { specialFiles } from './special-files.ts';

/** The most commits of an environment's files that are searched for earlier pins. */
export const HISTORY_LIMIT = 1000;

/** The environment to observe. */
interface Observing {
  readonly effects: Pick<Effects, 'repository'>;
  readonly environments: Environments;
  readonly environment: Environment;
}

/**
 * Reads an environment's pins at the head of its branch, together with files of a second environment that is read next.
 * Throws `NOT_FOUND` if the branch is absent and `CONFIGURATION` if a file belongs to two environments.
 */
export async function readPins(
  { effects, environments, environment }: Observing,
  next?: Environment,
): Promise<PinnedFiles> {
  const { repository, head } = await observeHead(effects, environment);
  const owns = (path: string) => path !== HOLDS_FILE && ownsFile(environment, path);
  const isNext = (path: string) => next !== undefined && isBeside(environment, next) && ownsFile(next, path);
  const listed = await repository.list(head.commit);
  const own = new Set(listed.filter(({ path }) => owns(path)).map(({ path }) => path));
  for (const path of own) assertOneOwner(environments, environment, path);
  const files = listed.filter(
    ({ path }) => own.has(path) || path === HOLDS_FILE || isNext(path) || isVariables(path, own, () => true),
  );
  const { keep, isNeeded } = wantedFiles(environments);
  const read = await readKept(repository, files, keep, path => path === HOLDS_FILE || isNeeded(path));
  const texts = new Map([...read].filter(([path]) => own.has(path)));
  const variables = [...read].filter(([path]) => !own.has(path) && isDotenv(path));
  const bases = await readBases({ repository, head }, texts);
  const implied = impliedBy(environments, environment, texts, new Map([...variables, ...bases]));
  const whole = { ...environments, implied: implied.rules, entries: implied.entries };
  const { pins, unreadable } = readablePins(whole, environment, texts);
  const unread = new Set(unreadable.map(({ file }) => file));
  const readable = new Map([...texts].filter(([path]) => !unread.has(path)));
  const mentions = imageMentions(whole, environment, readable, implied);
  const holds = read.get(HOLDS_FILE);
  const special = await specialFiles(repository, head.commit, environment);
  return { environments: whole, repository, head, texts, pins, mentions, unreadable, special, holds };
}

/** The files that kustomizations build on, and that are none of the environment's, whatever they build on in turn. */
async function readBases(
  { repository, head }: { readonly repository: Repository; readonly head: Head },
  texts: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const bases = new Map<string, string>();
  const looked = new Set<string>();
  for (;;) {
    const paths = basePaths(new Map([...texts, ...bases])).filter(path => !looked.has(path));
    if (paths.length === 0) return bases;
    for (const path of paths) looked.add(path);
    const isNew = (path: string) => !texts.has(path) && !bases.has(path) && isBase(path, paths);
    for (const [path, text] of await readFiles(repository, head.commit, isNew)) bases.set(path, text);
  }
}

/** The head of an environment's branch; throws `NOT_FOUND` where there is none. */
export async function observeHead(
  effects: Pick<Effects, 'repository'>,
  { name, deployment }: Pick<Environment, 'name' | 'deployment'>,
): Promise<{ readonly repository: Repository; readonly head: Head }> {
  const repository = await effects.repository(deployment);
  const head = await repository.head(deployment.branch);
  if (head !== undefined) return { repository, head };
  throw new PromoteError('NOT_FOUND', `${repository.name}: no branch ${deployment.branch ?? '(default)'}`, {
    hint: `create it, or change the branch that ${name} is deployed from`,
  });
}

/** Throws where another environment claims a file too, unless each claims a place in it. */
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
