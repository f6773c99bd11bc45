import type { Environment, Environments } from '../environments/environments.ts';
import { HOLDS_FILE } from '../environments/holds/holds.ts';
import { ownsFile } from '../environments/locate.ts';
import { readFiles, readKept } from '../git/read-files.ts';
import type { Head, Repository } from '../git/repository.ts';
import type { Files, Implied } from '../pins/together/implied.ts';
import { readBases } from '../pins/together/kustomize-files.ts';
import { absentObjects, chartsOfValues, valuePaths, valuesIn } from '../pins/together/value-files.ts';
import { impliedBy } from '../plan/image-pins.ts';
import { isDotenv, isVariables } from '../plan/variable-files.ts';
import { wantedFiles } from '../plan/wanted-files.ts';

/** An environment's files at the head of its branch, and what all of them together say. */
export interface TogetherFiles {
  /** The environments, with the rules and entries that the files imply. */
  readonly environments: Environments;
  readonly implied: Implied;
  /** The paths of all its files. */
  readonly owned: ReadonlySet<string>;
  /** The texts of files that may mention a known image. */
  readonly texts: ReadonlyMap<string, string>;
  /** The files that its kustomizations build on and that are not its own. */
  readonly bases: ReadonlyMap<string, string>;
  /** Every file beside the environment's own that decides with them. */
  readonly beside: ReadonlyMap<string, string>;
  /** Charts whose own values are not the environment's, as `Files` has them. */
  readonly charts: NonNullable<Files['charts']>;
  /** The repository's holds file, where it has one. */
  readonly holds: string | undefined;
}

/** Reads the files, and others that decide with them. Files of `isNext` are read in the same request. */
export async function readTogether(
  {
    repository,
    head,
    environments,
    environment,
  }: {
    readonly repository: Repository;
    readonly head: Pick<Head, 'commit'>;
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
  const all = new Set(listed.map(({ path }) => path));
  const { values, charts } = await readValues(
    { texts, bases, owned, all },
    {
      files: async isWanted => await readFiles(repository, head.commit, isWanted),
      holding: async (names, isHere) => {
        const others = listed.filter(({ path }) => !isHere(path) && /\.(?:ya?ml|json)$/i.test(path));
        return await readKept(
          repository,
          others,
          bytes => keep(bytes) && names.some(name => bytes.includes(name)),
          () => false,
        );
      },
    },
  );
  const beside = new Map([...variables, ...bases, ...values]);
  const implied = impliedBy(environments, environment, texts, beside, charts);
  const whole = { ...environments, implied: implied.rules, entries: implied.entries };
  const holds = read.get(HOLDS_FILE);
  return { environments: whole, implied, owned, texts, bases, beside, charts, holds };
}

/** Readers of files beside the environment's own. */
interface ReadBeside {
  readonly files: (isWanted: (path: string) => boolean) => Promise<ReadonlyMap<string, string>>;
  /** The files that may mention a known image and that contain one of the names. */
  readonly holding: (
    names: readonly string[],
    isHere: (path: string) => boolean,
  ) => Promise<ReadonlyMap<string, string>>;
}

/** Reads missing files that have values for the charts which the environment renders. */
async function readValues(
  {
    texts,
    bases,
    owned,
    all,
  }: Pick<TogetherFiles, 'texts' | 'bases' | 'owned'> & { readonly all: ReadonlySet<string> },
  read: ReadBeside,
): Promise<{ readonly values: ReadonlyMap<string, string>; readonly charts: NonNullable<Files['charts']> }> {
  const folders = chartsOfValues(all, owned);
  const own = new Map(folders.map(folder => [folder, valuesIn(folder, owned)]));
  const named = new Set([
    ...[...texts.keys()].flatMap(file => valuePaths(file, texts)),
    ...folders.map(folder => `${folder}values.yaml`),
    ...[...own.values()].flat(),
  ]);
  const isHere = (path: string) => texts.has(path) || bases.has(path);
  const isNew = (path: string) => named.has(path) && !isHere(path);
  const found = [...named].some(isNew) ? await read.files(isNew) : new Map<string, string>();
  const textOf = (path: string) => texts.get(path) ?? found.get(path) ?? '';
  const charts = new Map(
    [...own].map(([folder, paths]) => [folder, new Map(paths.map(path => [path, textOf(path)]))]),
  );
  const values = new Map([...found].filter(([path]) => !owned.has(path)));
  const names = absentObjects(texts, new Map([...texts, ...bases, ...values]));
  if (names.size === 0) return { values, charts };
  const holding = await read.holding([...names], path => isHere(path) || values.has(path));
  return { values: new Map([...values, ...[...holding].filter(([path]) => !owned.has(path))]), charts };
}
