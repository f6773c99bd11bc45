import { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { type Manifest, parseManifest } from '../oci/manifest.ts';
import { readClosure } from '../registry/closure.ts';
import type { Store } from '../registry/store.ts';
import { platformsOf, readImageFacts } from './facts.ts';

/** A description of a whole image with all platforms, for people. */
export interface ImageDescription {
  readonly platforms: readonly string[];
  /** Compressed bytes of every platform. */
  readonly size: number;
  readonly created?: string | undefined;
  /** The index's annotations, completed by those of its first image. */
  readonly annotations: Manifest['annotations'];
  /** The first image's labels; it may inherit them from its base. */
  readonly labels: Manifest['annotations'];
}

/** Describes an image by its manifests and its first platform's config; `undefined` if unreadable. */
export async function describeImage(store: Store, digest: Digest): Promise<ImageDescription | undefined> {
  const closure = await unlessUnread(() => readClosure(store, digest));
  if (closure === undefined) return undefined;
  const parsed = closure.manifests.map(content => ({
    digest: content.descriptor.digest,
    manifest: parseManifest(content),
  }));
  const images = parsed.flatMap(({ digest, manifest }) =>
    manifest.kind === 'image' ? [{ digest, manifest }] : [],
  );
  const [root, [platform]] = [parsed[0]?.manifest, images];
  if (root === undefined || platform === undefined) return undefined;
  const facts = await unlessUnread(() => readImageFacts({ store, digest, root, platform }));
  const sizes = images.flatMap(({ manifest: { config, layers } }) => [config, ...layers]);
  return {
    platforms: root.kind === 'index' ? platformsOf(root) : [],
    size: sizes.reduce((sum, { size }) => sum + size, 0),
    created: facts?.created,
    annotations: { ...platform.manifest.annotations, ...root.annotations },
    labels: facts?.labels ?? {},
  };
}

async function unlessUnread<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}
