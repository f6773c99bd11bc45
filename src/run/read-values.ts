import type { Files } from '../pins/together/implied.ts';
import { absentObjects, chartsOfValues, valuePaths, valuesIn } from '../pins/together/value-files.ts';

/** An environment's files at a commit, and which other files there are. */
export interface ValuesOf {
  readonly texts: ReadonlyMap<string, string>;
  readonly bases: ReadonlyMap<string, string>;
  /** The paths of all its files. */
  readonly owned: ReadonlySet<string>;
  /** The paths of all files of the commit. */
  readonly all: ReadonlySet<string>;
}

/** Readers of files beside the environment's own. */
export interface ReadBeside {
  readonly files: (isWanted: (path: string) => boolean) => Promise<ReadonlyMap<string, string>>;
  /** The files that may mention a known image and that contain one of the names. */
  readonly holding: (
    names: readonly string[],
    isHere: (path: string) => boolean,
  ) => Promise<ReadonlyMap<string, string>>;
}

/** Files that decide an environment's images together with its own. */
export interface ValuesBeside {
  readonly values: ReadonlyMap<string, string>;
  readonly charts: NonNullable<Files['charts']>;
}

/**
 * Reads missing files that have values for the charts which the environment renders. Helmfiles among them are
 * followed to their own.
 */
export async function readValues(
  { texts, bases, owned, all }: ValuesOf,
  read: ReadBeside,
): Promise<ValuesBeside> {
  const folders = chartsOfValues(all, owned);
  const own = new Map(folders.map(folder => [folder, valuesIn(folder, owned)]));
  const found = new Map<string, string>();
  const looked = new Set<string>();
  for (;;) {
    const here = new Map([...texts, ...bases, ...found]);
    const named = [
      ...[...texts.keys()].flatMap(file => valuePaths(file, here, all)),
      ...folders.map(folder => `${folder}values.yaml`),
      ...[...own.values()].flat(),
    ];
    const missing = new Set(named.filter(path => all.has(path) && !here.has(path) && !looked.has(path)));
    if (missing.size === 0) break;
    for (const path of missing) looked.add(path);
    for (const [path, text] of await read.files(path => missing.has(path))) found.set(path, text);
  }
  const textOf = (path: string) => texts.get(path) ?? found.get(path) ?? '';
  const charts = new Map(
    [...own].map(([folder, paths]) => [folder, new Map(paths.map(path => [path, textOf(path)]))]),
  );
  const names = absentObjects(texts, new Map([...texts, ...bases, ...found]));
  if (names.size === 0) return { values: found, charts };
  const isHere = (path: string) => texts.has(path) || bases.has(path) || found.has(path);
  const holding = await read.holding([...names], isHere);
  return { values: new Map([...found, ...[...holding].filter(([path]) => !owned.has(path))]), charts };
}
