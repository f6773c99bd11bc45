import { kustomizationRoot } from '../formats/kustomize-entries.ts';
import type { Spot } from '../yaml/source.ts';
import { child, items } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';
import { folderOf, joinPath, rootsOf } from './place.ts';

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** A path that a kustomization names, and where it names it. */
export interface Resource {
  readonly path: string;
  readonly from: Spot;
}

/** The paths of files and directories that kustomizations build on or patch with. URLs are left out. */
function basePaths(texts: ReadonlyMap<string, string>): readonly string[] {
  const all = [...texts.keys()].filter(isKustomization);
  return all.flatMap(file => builtFrom(file, texts).map(({ path }) => path));
}

/** Whether a file may be a base of a kustomization, or in one. */
function isBase(file: string, paths: readonly string[]): boolean {
  return paths.some(path => path === file || NAMES.some(name => `${path}/${name}` === file));
}

/** Reads the missing files that kustomizations build on, and in turn the files that those build on. */
export async function readBases(
  texts: ReadonlyMap<string, string>,
  read: (isWanted: (path: string) => boolean) => Promise<ReadonlyMap<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const bases = new Map<string, string>();
  const looked = new Set<string>();
  for (;;) {
    const paths = basePaths(new Map([...texts, ...bases])).filter(path => !looked.has(path));
    if (paths.length === 0) return bases;
    for (const path of paths) looked.add(path);
    const isNew = (path: string) => !texts.has(path) && !bases.has(path) && isBase(path, paths);
    for (const [path, text] of await read(isNew)) bases.set(path, text);
  }
}

/** The file that a path means: the file itself, or the kustomization in that directory. */
export function fileAt(path: string, texts: ReadonlyMap<string, string>): string | undefined {
  return [path, ...NAMES.map(name => `${path}/${name}`)].find(name => texts.has(name));
}

/** The bases of a kustomization, and the files that patch them. URLs are left out. */
export function builtFrom(file: string, texts: ReadonlyMap<string, string>): readonly Resource[] {
  return namedBy(file, texts).flatMap(({ path, from }) => (path === undefined ? [] : [{ path, from }]));
}

/** Every path that a kustomization names; undefined for a path that leads out of the repository. */
export function namedBy(
  file: string,
  texts: ReadonlyMap<string, string>,
): readonly (Omit<Resource, 'path'> & { readonly path: string | undefined })[] {
  return spotsOf(file, texts).flatMap(from =>
    REMOTE.test(from.node.text) ? [] : [{ path: joinPath(folderOf(file), from.node.text), from }],
  );
}

/** The bases of a kustomization that are on other hosts. */
export function remoteBases(file: string, texts: ReadonlyMap<string, string>): readonly Spot<YamlScalar>[] {
  return spotsOf(file, texts).filter(
    ({ node: { text } }) => REMOTE.test(text) && !text.includes('\n') && !text.includes('{{'),
  );
}

/** A URL, `git@host:…`, a query, or the text of a patch: none of them is a path. */
const REMOTE = /:\/\/|^[^/]+:|\?|\n/;

function spotsOf(file: string, texts: ReadonlyMap<string, string>): readonly Spot<YamlScalar>[] {
  const root = kustomizationIn(file, texts);
  const listed = (key: string) => items(child(root, key));
  const named = ['resources', 'bases', 'components', 'patchesStrategicMerge'].flatMap(listed);
  const patches = ['patches', 'patchesJson6902'].flatMap(listed).flatMap(patch => child(patch, 'path') ?? []);
  return [...named, ...patches].flatMap(from =>
    from.node.kind === 'scalar' ? [{ ...from, node: from.node }] : [],
  );
}

/** Whether a file is a kustomization by its name. */
export function isKustomization(file: string): boolean {
  return NAMES.includes(file.slice(file.lastIndexOf('/') + 1));
}

/** The root of a kustomization; undefined where the file is not one. */
export function kustomizationIn(file: string, texts: ReadonlyMap<string, string>): Spot | undefined {
  return kustomizationRoot(rootsOf(file, texts.get(file) ?? ''));
}
