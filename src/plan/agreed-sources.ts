import type { Environment, Environments } from '../environments/environments.ts';
import { sourceNames } from '../environments/image-origin.ts';
import { compareTags } from '../oci/compare-tags.ts';
import { shortDigest } from '../oci/digest.ts';
import { formatReference } from '../oci/reference.ts';
import { commandOn } from './invocation.ts';
import type { SourceImage } from './snapshot.ts';

/** An image that waits until all sources of its environment pin one digest of it. */
export interface Unagreed {
  readonly kind: 'waiting';
  readonly gate: 'source';
  readonly image: string;
  readonly reason: string;
  readonly hint: string;
}

/** Where a digest comes from. */
export interface Taken {
  readonly source: SourceImage;
  /** The same digest in the environment's other sources, if all of them have to have it. */
  readonly others?: readonly SourceImage[] | undefined;
}

/**
 * What an image waits for if all sources of its environment have to pin one digest. `undefined` if they do,
 * if any of them is enough, or if the caller named the image.
 */
export function unagreed(
  environments: Environments,
  { name, from }: Environment,
  image: string,
  sources: readonly SourceImage[],
): Unagreed | undefined {
  const isAsked = from.kind === 'environments' && from.need === 'all';
  if (!isAsked || sources.every(({ environment }) => environment === undefined)) return undefined;
  const pinned = from.names.map(source => ({
    source,
    digests: [...new Set(sources.filter(one => one.environment === source).map(({ digest }) => digest))],
  }));
  const distinct = new Set(pinned.flatMap(({ digests }) => digests));
  if (distinct.size === 1 && pinned.every(({ digests }) => digests.length === 1)) return undefined;
  const seen = pinned.map(({ source, digests }) => {
    const named = digests.map(digest => (digest === undefined ? 'no digest' : shortDigest(digest)));
    return `${source} pins ${named.length === 0 ? 'none' : named.join(' and ')}`;
  });
  return {
    kind: 'waiting',
    gate: 'source',
    image,
    reason: `${name} takes what all of its sources pin: ${seen.join(', ')}`,
    hint: `the first run after they pin one digest continues: ${following(environments, image, sources, pinned)}`,
  };
}

/** The command that gives another source the newest digest, or a plan that says what prevents it. */
function following(
  { images, environments, file }: Environments,
  image: string,
  sources: readonly SourceImage[],
  pinned: readonly { readonly source: string; readonly digests: readonly unknown[] }[],
): string {
  const kept = newestOf(sources.filter(({ digest }) => digest !== undefined));
  const isThere = (digests: readonly unknown[]) => digests.length === 1 && digests[0] === kept?.digest;
  const behind = pinned.find(({ digests }) => !isThere(digests))?.source;
  const { from, name = '' } = environments.find(one => one.name === behind) ?? {};
  if (kept?.digest === undefined || from?.kind !== 'build') {
    return commandOn({ file }, 'plan', name, '--image', image);
  }
  const repository = images.find(one => one.name === image)?.source ?? kept.repository;
  const build = formatReference({ repository, digest: kept.digest });
  return commandOn({ file }, 'apply', name, '--image', `${image}=${build}`);
}

/** The highest by its tag; where tags have no order, the first of them. An older build would be kept back. */
function newestOf(sources: readonly SourceImage[]): SourceImage | undefined {
  return sources.reduce<SourceImage | undefined>((best, other) => {
    if (best === undefined) return other;
    const { tag } = best;
    const isNewer =
      tag !== undefined && other.tag !== undefined && compareTags(tag, other.tag).kind === 'older';
    return isNewer ? other : best;
  }, undefined);
}

/** The source that the bytes come from, and the same digest in the other sources: the first listed of each. */
export function firstListed(
  { from }: Environment,
  sources: readonly SourceImage[],
  source: SourceImage,
): Taken {
  if (from.kind !== 'environments' || from.need !== 'all') return { source };
  const listed = sourceNames(from).flatMap(
    name => sources.find(({ environment }) => environment === name) ?? [],
  );
  const [first = source, ...others] = listed;
  return { source: first, others };
}

/** The promotion as taken from one of its sources alone. */
export function takenFrom<Whole extends Taken>(candidate: Whole, name: string): Whole {
  const { source, others = [] } = candidate;
  return { ...candidate, source: others.find(({ environment }) => environment === name) ?? source };
}
