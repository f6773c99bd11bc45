import { buffer } from 'node:stream/consumers';
import { PromoteError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { type ManifestContent, parseManifest } from '../oci/manifest.ts';
import type { LayeredManifest } from '../registry/evidence/merge.ts';
import { readable } from '../registry/readable.ts';
import type { Store } from '../registry/store.ts';

/** One signature or attestation under a cosign tag: its bytes, and annotations with the other parts. */
export interface LegacyLayer {
  readonly bytes: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The manifest under a cosign tag, and its layers. */
export interface LegacyManifest {
  readonly content: ManifestContent;
  readonly manifest: LayeredManifest;
}

/** The most layers that are opened, and the most bytes of each. */
const LAYERS_LIMIT = 256;
const LAYER_LIMIT = 1024 * 1024;

/** The manifest that the tag names; `undefined` if it has no layers or is absent. Costs one request. */
export async function readLegacyManifest(store: Store, tag: string): Promise<LegacyManifest | undefined> {
  const content = await readable(() => store.manifest(tag));
  if (content === undefined) return undefined;
  const manifest = await readable(async () => parseManifest(content));
  return manifest?.kind === 'image' ? { content, manifest } : undefined;
}

/**
 * Reads the layers of one media type with one request each, until the caller stops reading. Layers with the digest
 * `first` come before the others. Throws `TOO_LARGE` if there are more layers than are read.
 */
export async function* readLegacyLayers(
  store: Store,
  tag: string | undefined,
  mediaType: string,
  first?: Digest,
): AsyncIterable<LegacyLayer> {
  const found = tag === undefined ? undefined : await readLegacyManifest(store, tag);
  const layers =
    found?.manifest.layers.filter(layer => layer.mediaType === mediaType && isSmall(layer)) ?? [];
  const inOrder = layers.toSorted(
    (left, right) => Number(right.digest === first) - Number(left.digest === first),
  );
  for (const layer of inOrder.slice(0, LAYERS_LIMIT)) {
    const bytes = await readable(async () => await buffer(await store.blob(layer)));
    if (bytes !== undefined) yield { bytes, annotations: layer.annotations ?? {} };
  }
  const unread = layers.length - LAYERS_LIMIT;
  if (unread <= 0) return;
  const message = `read ${tag} of ${store.name}: ${LAYERS_LIMIT} layers were opened, and ${unread} more were not`;
  throw new PromoteError('TOO_LARGE', message, {
    hint: 'none of those opened is the one; take layers that are superfluous out of the tag, and run again',
  });
}

function isSmall({ size }: Descriptor): boolean {
  return size <= LAYER_LIMIT;
}
