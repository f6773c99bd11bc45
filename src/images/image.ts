import { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { type Manifest, type ManifestContent, parseManifest } from '../oci/manifest.ts';
import type { Store } from '../registry/store.ts';

/** An image's own manifest, and the manifest of the platform that describes it. */
export interface Image {
  readonly store: Store;
  readonly digest: Digest;
  readonly root: Manifest;
  /** The first Linux platform on amd64, else the first platform; absent for an index without images. */
  readonly platform?: { readonly digest: Digest; readonly manifest: PlatformManifest } | undefined;
}

/** A manifest with a config and layers. */
export type PlatformManifest = Extract<Manifest, { kind: 'image' }>;

/** Reads an image's manifests: two for an index, else one. Throws `NOT_FOUND` if it is absent. */
export async function readImage(store: Store, digest: Digest): Promise<Image> {
  const root = parseManifest(await requireManifest(store, digest));
  if (root.kind === 'image') return { store, digest, root, platform: { digest, manifest: root } };
  const images = root.manifests.filter(({ platform }) => platform?.os !== 'unknown');
  const first =
    images.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64') ?? images[0];
  const manifest = first && parseManifest(await requireManifest(store, first.digest));
  if (first === undefined || manifest?.kind !== 'image') return { store, digest, root };
  // Builders also annotate the index's entry.
  const annotations = { ...first.annotations, ...manifest.annotations };
  const platform = { digest: first.digest, manifest: { ...manifest, annotations } };
  return { store, digest, root, platform };
}

async function requireManifest(store: Store, digest: Digest): Promise<ManifestContent> {
  const content = await (store.mirrored ?? store).manifest(digest);
  if (content !== undefined) return content;
  throw new PromoteError('NOT_FOUND', `read image ${store.name}@${digest}: it is not there`);
}
