import { findSites } from '../find.ts';
import { entryText, kustomizationRoot } from '../formats/kustomize-entries.ts';
import type { Mention } from '../mentions/mention.ts';
import type { NewEntry } from '../new-entry.ts';
import type { PinSite } from '../site/site.ts';
import type { Spot } from '../yaml/source.ts';
import { child, items, textAt } from '../yaml/spot.ts';
import type { Files, Implied } from './implied.ts';
import { folderOf, joinPath, mentionAt, readable, rootsOf } from './place.ts';

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const CONTAINER = /(?:^|[.:])(?:containers|initContainers)\[\d+\]\.image$/;

/** An image as a kustomization gets it from what it builds on. */
interface BuiltImage extends NewEntry {
  readonly image: string;
  /** Whether the environment's own files say which one it is. */
  readonly isOwn: boolean;
  /** Where it is pinned. */
  readonly origin: string;
  /** Where the kustomization names what it builds on. */
  readonly from: Spot;
}

/** The paths that kustomizations build on, files and directories; a URL is none. */
function basePaths(texts: ReadonlyMap<string, string>): readonly string[] {
  const all = [...texts.keys()].filter(isKustomization);
  return all.flatMap(file => resourcesOf(file, texts).map(({ path }) => path));
}

/** Whether a file may be what a kustomization builds on, or be in it. */
function isBase(file: string, paths: readonly string[]): boolean {
  return paths.some(path => path === file || NAMES.some(name => `${path}/${name}` === file));
}

/** Reads the files that kustomizations build on and that are not at hand, whatever they build on in turn. */
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

/**
 * The images of bases that an environment's kustomizations have no entry for: each is one to add, where the environment
 * asks for it, and told where it does not.
 */
export function kustomizeBases({
  texts,
  beside,
  known,
  addImages,
}: Files): Pick<Implied, 'reported' | 'entries'> {
  const all = new Map([...beside, ...texts]);
  const entries = new Map<string, readonly NewEntry[]>();
  const reported: Mention[] = [];
  if (![...beside.keys()].some(file => /\.ya?ml$/.test(file) || isKustomization(file)))
    return { reported, entries };
  for (const file of [...texts.keys()].filter(isKustomization)) {
    const root = kustomizationIn(file, all);
    if (root === undefined || textAt(root, 'kind') === 'Component') continue;
    const read = { all, isOwned: (path: string) => texts.has(path), known };
    const built = resourcesOf(file, all).flatMap(resource => builtBy(resource, read, new Set([file])));
    const open = built.filter(({ isOwn, image }) => !isOwn && !isPinnedBelow(file, image, read));
    const distinct = [...new Map(open.map(entry => [entry.name, entry])).values()];
    if (distinct.length === 0) continue;
    if (addImages === true) entries.set(file, distinct);
    else reported.push(...distinct.flatMap(entry => reportedBy(file, root, entry, read)));
  }
  return { reported, entries };
}

type Reading = Pick<Files, 'known'> & {
  readonly all: ReadonlyMap<string, string>;
  readonly isOwned: (path: string) => boolean;
};

interface Resource {
  readonly path: string;
  readonly from: Spot;
}

function builtBy({ path, from }: Resource, read: Reading, seen: ReadonlySet<string>): readonly BuiltImage[] {
  const { all, isOwned } = read;
  const file = [path, ...NAMES.map(name => `${path}/${name}`)].find(name => all.has(name));
  if (file === undefined || seen.has(file)) return [];
  const root = isKustomization(file) ? kustomizationIn(file, all) : undefined;
  if (root === undefined) return manifestImages(file, from, read);
  const inner = resourcesOf(file, all).flatMap(next =>
    builtBy({ ...next, from }, read, new Set([...seen, file])),
  );
  const own = items(child(root, 'images'));
  return inner.map(image => {
    const entry = own.find(spot => textAt(spot, 'name') === image.name);
    // An environment's own kustomization answers for what it builds on.
    if (isOwned(file)) return { ...image, isOwn: true };
    if (entry === undefined) return image;
    const name = textAt(entry, 'newName') || image.name;
    return { ...image, name, tag: textAt(entry, 'newTag') || image.tag };
  });
}

function manifestImages(file: string, from: Spot, { all, isOwned, known }: Reading): readonly BuiltImage[] {
  const text = all.get(file) ?? '';
  return sitesOf(file, text, { known }).flatMap((site): readonly BuiltImage[] => {
    const { repository, tag, digest, locator, line } = site.pin;
    const image = repository && known.images.get(repository);
    if (image === undefined || repository === undefined || !CONTAINER.test(locator)) return [];
    const name = site.repositoryText;
    return [{ name, repository, tag, digest, image, isOwn: isOwned(file), origin: `${file}:${line}`, from }];
  });
}

/** Whether a patch or a manifest below the kustomization pins the image, and so decides instead of the base. */
function isPinnedBelow(file: string, image: string, { all, isOwned, known }: Reading): boolean {
  const folder = folderOf(file);
  const own = [...all].filter(([path]) => isOwned(path) && path.startsWith(folder));
  return own.some(([path, text]) =>
    sitesOf(path, text, { known }).some(
      ({ pin: { repository, format } }) =>
        (path !== file || format !== 'kustomize') && repository && known.images.get(repository) === image,
    ),
  );
}

function reportedBy(file: string, root: Spot, entry: BuiltImage, { known }: Reading): readonly Mention[] {
  const { name, repository, tag, digest, origin, from } = entry;
  if (items(child(root, 'images')).some(spot => textAt(spot, 'name') === name)) return [];
  if (from.node.kind !== 'scalar') return [];
  const written = `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  const text = `${written} of ${origin}`;
  const cure = `add to ${file}: ${entryText(root, entry)} (or let promote add it: addImages: true)`;
  return [
    mentionAt({ ...from, node: from.node }, known, {
      repository,
      text,
      cure,
      carries: (tag ?? digest) !== undefined,
    }),
  ];
}

function resourcesOf(file: string, texts: ReadonlyMap<string, string>): readonly Resource[] {
  const root = kustomizationIn(file, texts);
  const named = ['resources', 'bases', 'components'].flatMap(key => items(child(root, key)));
  return named.flatMap(from => {
    if (from.node.kind !== 'scalar' || /:\/\/|^[^/]+:|\?/.test(from.node.text)) return [];
    const path = joinPath(folderOf(file), from.node.text);
    return path === undefined ? [] : [{ path, from }];
  });
}

/** Whether a file is a kustomization by its name. */
export function isKustomization(file: string): boolean {
  return NAMES.includes(file.slice(file.lastIndexOf('/') + 1));
}

function kustomizationIn(file: string, texts: ReadonlyMap<string, string>): Spot | undefined {
  return kustomizationRoot(rootsOf(file, texts.get(file) ?? ''));
}

function sitesOf(file: string, text: string, { known }: Pick<Files, 'known'>): readonly PinSite[] {
  if (!known.mayNameOne(text)) return [];
  return readable(() => findSites(file, text, [], { known })).filter(site => site.kind === 'pin');
}
