import { shortName } from '../environments/refresh.ts';
import { shortDigest } from '../oci/digest.ts';
import { type ImageFacts, platformChanges } from '../plan/refresh/image-facts.ts';
import type { RefreshGroup } from '../plan/refresh/refresh-plan.ts';
import { type Block, line, type Phrase, phrase } from './document.ts';
import { formatSize } from './pull-request-text.ts';
import type { RefreshedImage } from './refresh.ts';
import { render } from './render.ts';

/** The warnings, then a row for each image: digests, dates, sizes, layers and platforms, before and after. */
export function imageBlocks(images: readonly RefreshedImage[]): readonly Block[] {
  const head = ['image', 'from', 'to', 'created', 'size', 'layers', 'platforms'];
  return [
    ...images.flatMap(warnings),
    { kind: 'table', head, rows: images.map(row) },
    { kind: 'items', items: images.flatMap(({ places }) => places.map(place => [phrase(place, 'quiet')])) },
  ];
}

/** The body of a group's pull request; the same update gives the same text. */
export function refreshBody({ plan }: RefreshGroup, images: readonly RefreshedImage[]): string {
  const blocks = [...imageBlocks(images), line(phrase(`Plan ${plan.digest}`, 'quiet'))];
  return render({ blocks, json: null }, 'markdown', false);
}

/** What programs are told of an image. */
export function imageJson({ update, before, after, places }: RefreshedImage) {
  const changes = before && after && platformChanges(before, after);
  return {
    from: update.from,
    to: { tag: update.tag, digest: update.digest },
    places,
    before: before === undefined ? null : factsJson(before),
    after: after === undefined ? null : factsJson(after),
    platformsLost: changes?.lost ?? [],
    platformsGained: changes?.gained ?? [],
  };
}

function factsJson({ created, size, layers, platforms }: ImageFacts) {
  return { created: created ?? null, size, layers, platforms };
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
  before: ImageFacts | undefined,
  after: ImageFacts | undefined,
  told: (facts: ImageFacts) => string,
): Phrase {
  const values = [before, after].flatMap(facts => (facts === undefined ? [] : told(facts)));
  return phrase([...new Set(values)].join(' -> '), 'quiet');
}

function platforms(before: ImageFacts | undefined, after: ImageFacts | undefined): string {
  if (after === undefined) return '';
  const { lost, gained } = platformChanges(before ?? after, after);
  const changes = [...lost.map(name => `-${name}`), ...gained.map(name => `+${name}`)];
  return changes.length === 0 ? String(after.platforms.length || '') : changes.join(' ');
}
