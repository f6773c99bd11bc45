import { findSites } from '../find.ts';
import { entryText } from '../formats/kustomize-entries.ts';
import type { Mention } from '../mentions/mention.ts';
import type { NewEntry } from '../new-entry.ts';
import type { PinSite } from '../site/site.ts';
import type { Spot } from '../yaml/source.ts';
import { child, items, textAt } from '../yaml/spot.ts';
import type { BaseReading, Files, Implied } from './implied.ts';
import { builtFrom, fileAt, isKustomization, kustomizationIn, type Resource } from './kustomize-files.ts';
import { isReached, outOfReach } from './out-of-reach.ts';
import { ownChanges, placeOfSite, type ResourcePlace } from './patches.ts';
import { mentionAt, readable } from './place.ts';

/** An image that a kustomization gets from its bases. */
interface BuiltImage extends NewEntry {
  readonly image: string;
  /** Whether the environment's own files decide which image it is. */
  readonly isOwn: boolean;
  /** Where it is pinned. */
  readonly origin: string;
  /** Where the kustomization names the base. */
  readonly from: Spot;
  /** The container that has the image in the base. */
  readonly place: ResourcePlace | undefined;
}

/**
 * The images of bases for which an environment's kustomizations have no entry. An entry is added if the
 * environment asks for it; otherwise the image is reported.
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
    const own = ownChanges(file, read);
    reported.push(...outOfReach(file, read, own));
    const built = builtFrom(file, all).flatMap(resource => builtBy(resource, read, new Set([file])));
    const open = built.filter(
      ({ isOwn, image, name, place }) => !isOwn && !own.selected.has(name) && !own.decide(image, place),
    );
    const distinct = [...new Map(open.map(entry => [entry.name, entry])).values()];
    if (distinct.length === 0) continue;
    if (addImages === true) entries.set(file, distinct);
    else reported.push(...distinct.flatMap(entry => reportedBy(file, root, entry, read)));
  }
  return { reported, entries };
}

function builtBy(
  { path, from }: Resource,
  read: BaseReading,
  seen: ReadonlySet<string>,
): readonly BuiltImage[] {
  const { all, isOwned } = read;
  const file = fileAt(path, all);
  if (file === undefined || seen.has(file)) return [];
  const root = isKustomization(file) ? kustomizationIn(file, all) : undefined;
  if (root === undefined) return manifestImages(file, from, read);
  const below = builtFrom(file, all).flatMap(next =>
    builtBy({ ...next, from }, read, new Set([...seen, file])),
  );
  const inner = [...below, ...manifestImages(file, from, read)];
  const own = items(child(root, 'images'));
  return inner.map(image => {
    const entry = own.find(spot => textAt(spot, 'name') === image.name);
    // An environment's own kustomization decides the images of its bases.
    if (isOwned(file)) return { ...image, isOwn: true };
    if (entry === undefined) return image;
    const name = textAt(entry, 'newName') || image.name;
    return { ...image, name, tag: textAt(entry, 'newTag') || image.tag };
  });
}

function manifestImages(
  file: string,
  from: Spot,
  { all, isOwned, known }: BaseReading,
): readonly BuiltImage[] {
  const text = all.get(file) ?? '';
  return sitesOf(file, text, { known }).flatMap((site): readonly BuiltImage[] => {
    const { repository, tag, digest, locator, line } = site.pin;
    const image = repository && known.images.get(repository);
    if (image === undefined || repository === undefined || !isReached(locator)) return [];
    const name = site.repositoryText;
    return [
      {
        name,
        repository,
        tag,
        digest,
        image,
        isOwn: isOwned(file),
        origin: `${file}:${line}`,
        from,
        place: placeOfSite(site),
      },
    ];
  });
}

function reportedBy(file: string, root: Spot, entry: BuiltImage, { known }: BaseReading): readonly Mention[] {
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

function sitesOf(file: string, text: string, { known }: Pick<Files, 'known'>): readonly PinSite[] {
  if (!known.mayNameOne(text)) return [];
  return readable(() => findSites(file, text, [], { known })).filter(site => site.kind === 'pin');
}
