import type { RepositoryName } from '../../oci/reference.ts';
import { readData } from '../data/data.ts';
import { containsWord } from '../known.ts';
import { findMentions } from '../mentions/find-mentions.ts';
import type { Mention } from '../mentions/mention.ts';
import { type FileReading, readFile } from '../read.ts';
import { pinValue } from '../value.ts';
import type { Spot } from '../yaml/source.ts';
import type { BaseReading } from './implied.ts';
import { builtFrom, fileAt, isKustomization } from './kustomize-files.ts';
import { type OwnChanges, resourceAt } from './patches.ts';
import { folderOf, mentionAt, readable } from './place.ts';

/** A container's image in a manifest or in a patch: an entry of a kustomization's `images` changes it. */
const REACHED = /(?:^|[.:])(?:containers|initContainers)\[\d+\]\.image$|(?:^| )\d+:\[\d+\]\.value$/;

/** Whether an entry of a kustomization's `images` changes the place. */
export function isReached(locator: string): boolean {
  return REACHED.test(locator);
}

/**
 * Places in a kustomization's bases that name a known image where no entry of `images` changes it. Such a
 * place is an argument, a variable, or a field of another resource. It is reported where the kustomization
 * names the base. https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
 */
export function outOfReach(file: string, read: BaseReading, own: OwnChanges): readonly Mention[] {
  const below = [...filesBelow(file, read, new Set([file]))];
  return below.flatMap(([base, from]) => {
    const text = read.all.get(base) ?? '';
    if (isKustomization(base) && !isReadable(base, text))
      return unread(base, from, read.known.images.keys(), read);
    if (!read.known.mayNameOne(text)) return [];
    const [reading] = readable(() => [readFile(base, text, [], { known: read.known })]);
    if (reading === undefined) {
      const names = [...read.known.images.keys()].filter(name => containsWord(text, lastPart(name)));
      return unread(base, from, names, read);
    }
    return placesIn(reading, read).flatMap(({ repository, text: written, line }) => {
      const image = repository && read.known.images.get(repository);
      if (from.node.kind !== 'scalar' || repository === undefined || image === undefined) return [];
      if (own.decide(image, resourceAt(base, text, line))) return [];
      const cure = `no entry of \`images\` reaches it: patch it in ${folderOf(file)}, or write \`# promote: ignore <reason>\` behind it`;
      const said = { repository, text: `${written} of ${base}:${line}`, cure };
      return [mentionAt({ ...from, node: from.node }, read.known, said)];
    });
  });
}

/** Reports a file that cannot be read, once for each image that it may name. */
function unread(
  base: string,
  { node, ...spot }: Spot,
  repositories: Iterable<RepositoryName>,
  { known }: BaseReading,
): readonly Mention[] {
  if (node.kind !== 'scalar') return [];
  const byImage = new Map([...repositories].map(name => [known.images.get(name), name] as const));
  const text = `${base} (it cannot be read, so this is a guess)`;
  const cure = `correct ${base}, or write \`# promote: ignore <reason>\` behind the line`;
  return [...byImage.values()].map(repository =>
    mentionAt({ ...spot, node }, known, { repository, text, cure }),
  );
}

/** The files outside of the environment, each with the place where the kustomization names it. */
function* filesBelow(
  file: string,
  read: BaseReading,
  seen: Set<string>,
  asked?: Spot,
): Generator<readonly [string, Spot]> {
  for (const { path, from } of builtFrom(file, read.all)) {
    const below = fileAt(path, read.all);
    if (below === undefined || seen.has(below) || read.isOwned(below)) continue;
    seen.add(below);
    yield [below, asked ?? from];
    if (isKustomization(below)) yield* filesBelow(below, read, seen, asked ?? from);
  }
}

function isReadable(file: string, text: string): boolean {
  return readable(() => [readData(file, text)]).length > 0;
}

function lastPart(name: RepositoryName): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function placesIn(reading: FileReading, { known }: BaseReading) {
  const pins = reading.sites.flatMap(site => {
    if (site.kind !== 'pin' || site.pin.format === 'kustomize' || isReached(site.pin.locator)) return [];
    const { repository, tag, digest, line } = site.pin;
    if (repository === undefined || !known.images.has(repository) || !(tag ?? digest)) return [];
    return [{ repository, text: pinValue(site.pin), line }];
  });
  const mentions = findMentions(reading, known).filter(({ kind }) => kind === 'told');
  return [...pins, ...mentions];
}
