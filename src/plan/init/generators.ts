import { dirname } from 'node:path/posix';
import { parseDocument } from 'yaml';
import { isObject } from '../../environments/diagnostics/is-object.ts';
import { matchesGlob } from '../../environments/locate.ts';
import { at, type ClusterObject, listAt, textAt } from './objects.ts';

/** The parameters that a generator of an ApplicationSet gives to its template. */
export type Parameters = Readonly<Record<string, string>>;

/** Files' texts by path, including files that hold parameters. */
export type Texts = ReadonlyMap<string, string>;

/**
 * The parameters of a generator that files alone decide: lists, directories and files of Git, and matrices
 * and merges of them. Another generator gives one empty set, so that its places stay as written.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators/
 */
export function parametersOf(generator: unknown, texts: Texts): readonly Parameters[] {
  const matrix = listAt(generator, 'matrix', 'generators').map(inner => parametersOf(inner, texts));
  if (matrix.length > 0) return matrix.reduce(combined);
  const [base = [], ...others] = listAt(generator, 'merge', 'generators').map(inner =>
    parametersOf(inner, texts),
  );
  const keys = listAt(generator, 'merge', 'mergeKeys').filter(key => typeof key === 'string');
  if (base.length > 0) return base.map(one => merged(one, others.flat(), keys));
  if (at(generator, 'list') !== undefined)
    return listAt(generator, 'list', 'elements').map(element => flatten(element));
  const git = at(generator, 'git');
  if (at(git, 'files') !== undefined) return contents(picked(listAt(git, 'files'), [...texts.keys()]), texts);
  if (at(git, 'directories') === undefined) return [{}];
  const folders = new Set([...texts.keys()].flatMap(file => above(dirname(file))));
  return picked(listAt(git, 'directories'), [...folders]).map(placeOf);
}

/** The generators of a set that no file decides, such as `clusters`, each once. */
export function unreadGenerators({ value }: Pick<ClusterObject, 'value'>): readonly string[] {
  return [...new Set(listAt(value, 'spec', 'generators').flatMap(unread))];
}

function unread(generator: unknown): readonly string[] {
  if (!isObject(generator)) return [];
  return Object.entries(generator).flatMap(([kind, setting]) => {
    if (kind === 'matrix' || kind === 'merge') return listAt(setting, 'generators').flatMap(unread);
    return kind === 'list' || kind === 'git' || kind === 'selector' ? [] : [kind];
  });
}

function combined(all: readonly Parameters[], more: readonly Parameters[]): readonly Parameters[] {
  return all.flatMap(one => more.map(other => ({ ...one, ...other })));
}

/** A later generator's parameters count where all keys are the same. */
function merged(one: Parameters, others: readonly Parameters[], keys: readonly string[]): Parameters {
  const same = others.filter(other => keys.every(key => other[key] === one[key]));
  return Object.assign({}, one, ...same);
}

/** The paths that entries name by globs, without those that others exclude. */
function picked(entries: readonly unknown[], paths: readonly string[]): readonly string[] {
  const globs = (excluded: boolean) =>
    entries.filter(entry => (at(entry, 'exclude') === true) === excluded).map(entry => textAt(entry, 'path'));
  const [wanted, left] = [globs(false), globs(true)];
  const matches = (path: string, all: readonly string[]) => all.some(glob => matchesGlob(path, glob));
  return paths.filter(path => matches(path, wanted) && !matches(path, left));
}

/** The parameters in files and the files' paths: a set for each file, or for each item of a list in it. */
function contents(files: readonly string[], texts: Texts): readonly Parameters[] {
  return files.flatMap(file => {
    const value = contentOf(texts.get(file) ?? '');
    const place = { ...placeOf(dirname(file)), 'path.filename': file.slice(file.lastIndexOf('/') + 1) };
    return (Array.isArray(value) ? value : [value]).map(item => ({ ...flatten(item), ...place }));
  });
}

/** A file's value; `undefined` if it cannot be parsed, so that only its path gives parameters. */
function contentOf(text: string): unknown {
  const document = parseDocument(text, { logLevel: 'silent' });
  return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 });
}

function placeOf(path: string): Parameters {
  const segments = path.split('/');
  const numbered = segments.map((segment, index) => [`path[${index}]`, segment] as const);
  return {
    path,
    'path.path': path,
    'path.basename': segments.at(-1) ?? '',
    ...Object.fromEntries(numbered),
  };
}

function above(directory: string): readonly string[] {
  return directory === '.' ? [] : [directory, ...above(dirname(directory))];
}

function flatten(value: unknown, prefix = ''): Parameters {
  if (!isObject(value)) return typeof value === 'string' ? { [prefix.slice(0, -1)]: value } : {};
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => flatten(inner, `${prefix}${key}.`)),
  );
}
