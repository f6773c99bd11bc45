import { findSites } from '../find.ts';
import { findMentions } from '../mentions/find-mentions.ts';
import { readFile } from '../read.ts';
import { type PinSite, scalarsOf } from '../site/site.ts';
import { positionAt, type Spot } from '../yaml/source.ts';
import { child, items, textAt } from '../yaml/spot.ts';
import type { BaseReading } from './implied.ts';
import { fileAt, isKustomization, kustomizationIn } from './kustomize-files.ts';
import { folderOf, joinPath, readable, rootsOf } from './place.ts';

/** A container's image, or another place, with the kind and name of its resource. */
export interface ResourcePlace {
  readonly kind: string;
  readonly name: string;
  /** The container's name, and `containers/0`; absent for any other place. */
  readonly container?: { readonly name: string; readonly at: string } | undefined;
}

/** The changes that an environment's own patches and components make to bases. */
export interface OwnChanges {
  /** Whether they decide which image runs at the place. */
  readonly decide: (image: string, place: ResourcePlace | undefined) => boolean;
  /** The names that entries of its components select. */
  readonly selected: ReadonlySet<string>;
}

/** Reads the patches of a kustomization and of its components. Only the environment's own files count. */
export function ownChanges(file: string, read: BaseReading): OwnChanges {
  const found = [...componentsOf(file, read, new Set())];
  const affixes = affixesIn(read);
  const changes = [file, ...found].flatMap(kustomization => patchesOf(kustomization, read, affixes));
  const entries = found.flatMap(path => items(child(kustomizationIn(path, read.all), 'images')));
  return {
    decide: (image, place) =>
      place !== undefined && changes.some(change => change.image === image && change.reaches(place)),
    selected: new Set(entries.map(entry => textAt(entry, 'name'))),
  };
}

/** The place of a site in a manifest. */
export function placeOfSite(site: PinSite): ResourcePlace | undefined {
  const [scalar] = scalarsOf(site);
  return scalar && placeAt(scalar);
}

/** The resource that a line of a manifest belongs to. */
export function resourceAt(file: string, text: string, line: number): ResourcePlace | undefined {
  const before = rootsOf(file, text).filter(
    ({ source, node }) => positionAt(source, node.start).line <= line,
  );
  const root = before.at(-1);
  return root && named(root);
}

interface Change {
  readonly image: string;
  readonly reaches: (place: ResourcePlace) => boolean;
}

function* componentsOf(file: string, read: BaseReading, seen: Set<string>): Generator<string> {
  for (const spot of items(child(kustomizationIn(file, read.all), 'components'))) {
    const path = spot.node.kind === 'scalar' ? joinPath(folderOf(file), spot.node.text) : undefined;
    const component = path === undefined ? undefined : fileAt(path, read.all);
    if (component === undefined || seen.has(component) || !read.isOwned(component)) continue;
    seen.add(component);
    yield component;
    yield* componentsOf(component, read, seen);
  }
}

/** The changes of a kustomization's patches, which are within it or in files that it lists. */
function patchesOf(file: string, read: BaseReading, affixes: Affixes): readonly Change[] {
  const root = kustomizationIn(file, read.all);
  const listed = ['patches', 'patchesJson6902'].flatMap(key => items(child(root, key)));
  const bare = items(child(root, 'patchesStrategicMerge'));
  const named = [
    ...listed.map(patch => ({ from: child(patch, 'path'), patch })),
    ...bare.map(from => ({ from })),
  ];
  const inFiles = named.flatMap(({ from, ...given }) => {
    const written = from?.node.kind === 'scalar' ? from.node.text : '';
    const path = written === '' || written.includes('\n') ? undefined : joinPath(folderOf(file), written);
    if (path === undefined || !read.isOwned(path)) return [];
    return changesIn(path, read, affixes, child('patch' in given ? given.patch : undefined, 'target'));
  });
  return [...inFiles, ...changesIn(file, read, affixes).filter(({ isInline }) => isInline)];
}

function changesIn(
  file: string,
  { all, known }: BaseReading,
  affixes: Affixes,
  target?: Spot,
): readonly (Change & { readonly isInline: boolean })[] {
  const text = all.get(file) ?? '';
  if (!known.mayNameOne(text)) return [];
  const sites = readable(() => findSites(file, text, [], { known })).flatMap(site => {
    const image = site.kind === 'pin' && site.pin.repository && known.images.get(site.pin.repository);
    const [scalar] = site.kind === 'pin' ? scalarsOf(site) : [];
    if (!image || scalar === undefined) return [];
    const { inside } = scalar.source;
    const holder = inside?.holder.way?.from;
    return [
      {
        image,
        isInline: inside !== undefined,
        reaches: reachOf(scalar, affixes, target ?? child(holder, 'target')),
      },
    ];
  });
  const mentions = readable(() => [readFile(file, text, [], { known })]).flatMap(reading =>
    findMentions(reading, known).map(({ image, line }) => {
      const resource = resourceAt(file, text, line);
      const reaches = (place: ResourcePlace) =>
        place.container === undefined && resource !== undefined && isOne(resource, place, affixes);
      return { image, isInline: false, reaches };
    }),
  );
  return [...sites, ...mentions];
}

/** https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/ */
function reachOf(scalar: Spot, affixes: Affixes, target: Spot | undefined): Change['reaches'] {
  const own = placeAt(scalar);
  if (own !== undefined) {
    return place =>
      isOne(own, place, affixes) &&
      (own.container?.name ?? '') === (place.container?.name ?? '') &&
      (own.container === undefined) === (place.container === undefined);
  }
  const [kind, name] = [textAt(target, 'kind'), textAt(target, 'name')];
  const path = textAt(scalar.way?.from, 'path');
  return place =>
    (kind === '' || isLike(kind, place.kind)) &&
    (name === '' || isLike(name, place.name)) &&
    (place.container === undefined
      ? !/containers\/\d+\/image$/i.test(path)
      : path.endsWith(`/${place.container.at}/image`));
}

/** The prefixes and suffixes that the known kustomizations add to names. */
interface Affixes {
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
}

function affixesIn({ all }: BaseReading): Affixes {
  const roots = [...all.keys()].filter(isKustomization).map(path => kustomizationIn(path, all));
  const given = (key: string) => roots.map(root => textAt(root, key)).filter(text => text !== '');
  return { prefixes: given('namePrefix'), suffixes: given('nameSuffix') };
}

function isOne(patch: ResourcePlace, place: ResourcePlace, { prefixes, suffixes }: Affixes): boolean {
  if (patch.kind !== place.kind) return false;
  const at = patch.name.indexOf(place.name);
  const [before, behind] = [patch.name.slice(0, Math.max(0, at)), patch.name.slice(at + place.name.length)];
  return at >= 0 && isMadeOf(before, prefixes) && isMadeOf(behind, suffixes);
}

/** Whether a text consists of such parts only. An empty text does. */
function isMadeOf(text: string, parts: readonly string[]): boolean {
  return text === '' || parts.some(part => text.startsWith(part) && isMadeOf(text.slice(part.length), parts));
}

/** A selector is a regular expression for the whole name. One with special characters may mean any name. */
function isLike(selector: string, name: string): boolean {
  return /^[\w-]+$/.test(selector) ? selector === name : true;
}

function placeAt(scalar: Spot): ResourcePlace | undefined {
  const container = scalar.way?.from;
  const list = container?.way;
  const key = list?.from.way?.key;
  const isContainer = scalar.way?.key === 'image' && /^(?:c|initC|ephemeralC)ontainers$/.test(String(key));
  let top: Spot | undefined = scalar;
  while (top !== undefined && textAt(child(top, 'metadata'), 'name') === '') top = top.way?.from;
  const resource = top && named(top);
  if (resource === undefined || !isContainer) return resource;
  return { ...resource, container: { name: textAt(container, 'name'), at: `${key}/${list?.key}` } };
}

function named(root: Spot): ResourcePlace | undefined {
  const [kind, name] = [textAt(root, 'kind'), textAt(child(root, 'metadata'), 'name')];
  return kind === '' || name === '' ? undefined : { kind, name };
}
