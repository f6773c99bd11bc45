import type { Environment, Environments } from '../environments/environments.ts';
import { HOLDS_FILE } from '../environments/holds/holds.ts';
import { ownsFile } from '../environments/locate.ts';
import { readFiles, readKept } from '../git/read-files.ts';
import type { Head, Repository } from '../git/repository.ts';
import type { Implied } from '../pins/together/implied.ts';
import { readBases } from '../pins/together/kustomize-files.ts';
import { valueFilesOf } from '../pins/together/value-files.ts';
import { impliedBy } from '../plan/image-pins.ts';
import { isDotenv, isVariables } from '../plan/variable-files.ts';
import { wantedFiles } from '../plan/wanted-files.ts';

/** An environment's files at the head of its branch, and what they say together. */
export interface TogetherFiles {
  /** With the rules and entries that the files imply. */
  readonly environments: Environments;
  readonly implied: Implied;
  /** The paths of all of them. */
  readonly owned: ReadonlySet<string>;
  /** The texts of those that could say something of a known image. */
  readonly texts: ReadonlyMap<string, string>;
  /** Those that their kustomizations build on and that are not the environment's. */
  readonly bases: ReadonlyMap<string, string>;
  /** The repository's holds file, where it has one. */
  readonly holds: string | undefined;
}

/** Reads them, with the files beside them that decide too; those of `isNext` are read on the way. */
export async function readTogether(
  {
    repository,
    head,
    environments,
    environment,
  }: {
    readonly repository: Repository;
    readonly head: Head;
    readonly environments: Environments;
    readonly environment: Environment;
  },
  isNext: (path: string) => boolean = () => false,
): Promise<TogetherFiles> {
  const owns = (path: string) => path !== HOLDS_FILE && ownsFile(environment, path);
  const listed = await repository.list(head.commit);
  const owned = new Set(listed.filter(({ path }) => owns(path)).map(({ path }) => path));
  const files = listed.filter(
    ({ path }) =>
      owned.has(path) || path === HOLDS_FILE || isNext(path) || isVariables(path, owned, () => true),
  );
  const { keep, isNeeded } = wantedFiles(environments);
  const read = await readKept(repository, files, keep, path => path === HOLDS_FILE || isNeeded(path));
  const texts = new Map([...read].filter(([path]) => owned.has(path)));
  const variables = [...read].filter(([path]) => !owned.has(path) && isDotenv(path));
  const bases = await readBases(texts, async isWanted => await readFiles(repository, head.commit, isWanted));
  const values = await readValues(
    texts,
    bases,
    async isWanted => await readFiles(repository, head.commit, isWanted),
  );
  const beside = new Map([...variables, ...bases, ...values]);
  const implied = impliedBy(environments, environment, texts, beside);
  const whole = { ...environments, implied: implied.rules, entries: implied.entries };
  return { environments: whole, implied, owned, texts, bases, holds: read.get(HOLDS_FILE) };
}

/** Reads the value files that the environment's own files name and that are not at hand. */
async function readValues(
  texts: ReadonlyMap<string, string>,
  bases: ReadonlyMap<string, string>,
  read: (isWanted: (path: string) => boolean) => Promise<ReadonlyMap<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const named = new Set([...texts.keys()].flatMap(file => valueFilesOf(file, texts).map(({ path }) => path)));
  const isNew = (path: string) => named.has(path) && !texts.has(path) && !bases.has(path);
  return [...named].some(isNew) ? await read(isNew) : new Map();
}
