import { buffer } from 'node:stream/consumers';
import { PromoteError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import { MEDIA_TYPES, parseManifest } from '../oci/manifest.ts';
import { isUnreadable } from '../registry/readable.ts';
import type { Store } from '../registry/store.ts';
import { BUNDLE_MEDIA_TYPE } from './attach.ts';
import { type Refused, refused } from './refusal.ts';
import { BUNDLE_LIMIT } from './verify.ts';

/** Annotations of the wanted bundle's manifest, if its tool writes them. */
export type Hints = Readonly<Record<string, string>>;

/** A bundle's bytes, or why they cannot be read, and its referrer's descriptor. */
export interface ReadBundle {
  readonly descriptor: Descriptor;
  readonly read: Uint8Array | Refused;
}

/** The most bundles that one search opens. Without it, writers to a repository could make a run endless. */
export const OPEN_LIMIT = 256;

/**
 * Reads the bundles among an image's referrers, with one manifest and one blob each, until the caller stops.
 * Bundles that match the hints come first, then those without these annotations, then those that differ.
 * Throws `TOO_LARGE` if there are too many, so that no unread bundle counts as absent. Bundles that differ do
 * not count here: a person who can change our annotations can also hide our bundle.
 */
export async function* readBundles(
  store: Store,
  referrers: readonly Descriptor[],
  hints: Hints,
): AsyncIterable<ReadBundle> {
  const candidates = referrers
    .filter(mayBeBundle)
    .toSorted((left, right) => rank(left, hints) - rank(right, hints));
  for (const descriptor of candidates.slice(0, OPEN_LIMIT)) {
    const read = await readBundle(store, descriptor);
    if (read !== undefined) yield { descriptor, read };
  }
  const unread = candidates.slice(OPEN_LIMIT).filter(descriptor => rank(descriptor, hints) < 2).length;
  if (unread === 0) return;
  const message = `read signatures at ${store.name}: ${OPEN_LIMIT} were opened, and ${unread} more were not`;
  throw new PromoteError('TOO_LARGE', message, {
    hint: 'none of those opened is the one; delete referrers of the image that are superfluous, and run again',
  });
}

/** Whether a referrer's annotations match all hints. */
export function agrees(descriptor: Descriptor, hints: Hints): boolean {
  return rank(descriptor, hints) === 0;
}

/** Whether a referrer may be a bundle. cosign 3 uses the empty config's type without a referrers API. */
export function mayBeBundle({ artifactType }: Descriptor): boolean {
  return (
    artifactType === undefined || artifactType === BUNDLE_MEDIA_TYPE || artifactType === MEDIA_TYPES.empty
  );
}

function rank({ annotations = {} }: Descriptor, hints: Hints): number {
  const ranks = Object.entries(hints).map(([name, expected]) => {
    const actual = annotations[name];
    return actual === expected ? 0 : actual === undefined ? 1 : 2;
  });
  return Math.max(0, ...ranks);
}

/** The content of a referrer; `undefined` if it is not a bundle. */
async function readBundle(store: Store, { digest }: Descriptor): Promise<Uint8Array | Refused | undefined> {
  try {
    const content = await store.manifest(digest);
    if (content === undefined) return unreadable(digest, 'it is listed, and is not there');
    const manifest = parseManifest(content);
    if (manifest.kind !== 'image') return undefined;
    const [layer, ...others] = manifest.layers;
    if (layer?.mediaType !== BUNDLE_MEDIA_TYPE || others.length > 0) return undefined;
    if (layer.size > BUNDLE_LIMIT) return refused('too-large', `${layer.size} bytes`);
    return await buffer(await store.blob(layer));
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return unreadable(digest, error.message);
  }
}

function unreadable(digest: Digest, why: string): Refused {
  return refused('unreadable-bundle', `bundle ${shortDigest(digest)}: ${why}`);
}
