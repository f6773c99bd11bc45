import { shortName } from '../environments/refresh.ts';
import type { ImageContents } from '../images/contents.ts';
import type { ImageFacts } from '../images/facts.ts';
import type { ImageSignature } from '../images/signature.ts';
import { shortDigest } from '../oci/digest.ts';
import { packageChanges, packageCounts, platformChanges } from '../plan/refresh/image-changes.ts';
import type { ImageUpdate } from '../plan/refresh/resolution.ts';
import { type Block, line, type Phrase, phrase } from './document.ts';
import { formatSize } from './pull-request-text.ts';

/** The facts of an image and of its attachments. */
export interface DescribedImage extends ImageFacts, ImageContents {
  readonly kind: 'described';
}

/** A new image, its details, and the places that name it. */
export interface RefreshedImage {
  readonly update: ImageUpdate;
  readonly before?: DescribedImage;
  readonly after?: DescribedImage;
  /** Who signed the new image. */
  readonly signature?: ImageSignature;
  /** `Dockerfile:3`. */
  readonly places: readonly string[];
}

/** The warnings, then a row for each image with its old and new digest, date, size, layers and platforms. */
export function imageBlocks(images: readonly RefreshedImage[]): readonly Block[] {
  const head = ['image', 'from', 'to', 'created', 'size', 'layers', 'platforms'];
  return [
    ...images.flatMap(warnings),
    { kind: 'table', head, rows: images.map(row) },
    { kind: 'items', items: images.flatMap(contents) },
  ];
}

/** The contents of an image, its signer, and the places that name it. */
function contents(image: RefreshedImage): readonly (readonly Phrase[])[] {
  const { update, before, after, signature, places } = image;
  const name = phrase(`${shortName(update.repository)}:${update.tag}`);
  const os = change(before, after, image => image.os ?? '');
  const changes = before?.packages && after?.packages && packageChanges(before.packages, after.packages);
  return [
    ...(os.text === '' ? [] : [[name, os]]),
    ...(changes === undefined ? [] : [[name, phrase(packageCounts(changes), 'quiet')]]),
    ...(signature?.kind === 'verified' ? [[name, phrase(`signed by ${signature.by}`, 'good')]] : []),
    ...(signature?.kind === 'unverified' ? [[name, phrase('signed, not verified', 'quiet')]] : []),
    [name, phrase(placesText(places), 'quiet')],
  ];
}

const MOST_PLACES = 20;

function placesText(places: readonly string[]): string {
  const more = places.length - MOST_PLACES;
  return `in ${places.slice(0, MOST_PLACES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** An image for programs. */
export function imageJson({ update, before, after, signature, places }: RefreshedImage) {
  const packages = before?.packages && after?.packages && packageChanges(before.packages, after.packages);
  const changes = before && after && platformChanges(before, after);
  return {
    from: update.from,
    to: { tag: update.tag, digest: update.digest },
    places,
    before: before === undefined ? null : factsJson(before),
    after: after === undefined ? null : factsJson(after),
    platformsLost: changes?.lost ?? [],
    platformsGained: changes?.gained ?? [],
    packages: packages ?? null,
    signature: signature ?? null,
  };
}

function factsJson({ created, size, layers, platforms, os }: DescribedImage) {
  return { created: created ?? null, size, layers, platforms, os: os ?? null };
}

function warnings({ update, before, after }: RefreshedImage): readonly Block[] {
  const lost = before && after ? platformChanges(before, after).lost : [];
  if (lost.length === 0) return [];
  const name = `${shortName(update.repository)}:${update.tag}`;
  return [line(phrase('Warning:', 'bad'), phrase(`${name} has no image for ${lost.join(', ')} any more`))];
}

function row({ update, before, after }: RefreshedImage): readonly Phrase[] {
  const { repository, from, tag, digest } = update;
  const old = from.digest === undefined ? 'unpinned' : shortDigest(from.digest);
  return [
    phrase(shortName(repository)),
    phrase(`${from.tag ?? ''} ${old}`.trim(), 'quiet'),
    phrase(`${tag} ${shortDigest(digest)}`),
    change(before, after, ({ created }) => created?.slice(0, 10) ?? 'unknown'),
    change(before, after, ({ size }) => formatSize(size)),
    change(before, after, ({ layers }) => String(layers)),
    phrase(platforms(before, after)),
  ];
}

function change(
  before: DescribedImage | undefined,
  after: DescribedImage | undefined,
  shown: (image: DescribedImage) => string,
): Phrase {
  const values = [before, after].flatMap(image => (image === undefined ? [] : shown(image)));
  return phrase([...new Set(values)].filter(text => text !== '').join(' -> '), 'quiet');
}

function platforms(before: ImageFacts | undefined, after: ImageFacts | undefined): string {
  if (after === undefined) return '';
  const { lost, gained } = platformChanges(before ?? after, after);
  const changes = [...lost.map(name => `-${name}`), ...gained.map(name => `+${name}`)];
  return changes.length === 0 ? String(after.platforms.length || '') : changes.join(' ');
}
