import { gzipSync } from 'node:zlib';
import type { Descriptor, Platform } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { type ManifestContent, MEDIA_TYPES, manifestContent } from '../oci/manifest.ts';
import { inOneChunk } from '../oci/one-chunk.ts';
import type { Store } from '../registry/store.ts';
import { tarOf } from './tar.ts';

/** The parts of an image that is built from bytes. */
export interface ImageRecipe {
  readonly platforms: readonly Platform[];
  /** One text for each layer; the platform's name is added, so that platforms have different layers. */
  readonly layers: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** The build time that the image states, in ISO 8601. */
  readonly created?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A whole image in memory: its index, the platforms' manifests, and every blob they name. */
export interface BuiltImage {
  readonly index: ManifestContent;
  readonly manifests: readonly ManifestContent[];
  readonly blobs: readonly { readonly descriptor: Descriptor; readonly bytes: Uint8Array }[];
}

/** Builds a multi-platform image; the same recipe gives the same digests. */
export function buildImage({ platforms, annotations = {}, ...recipe }: ImageRecipe): BuiltImage {
  const built = platforms.map(platform => buildPlatform(platform, recipe));
  const index = encodeManifest(MEDIA_TYPES.index, {
    manifests: built.map(({ manifest, platform }) => ({ ...manifest.descriptor, platform })),
    annotations,
  });
  return {
    index,
    manifests: built.map(({ manifest }) => manifest),
    blobs: built.flatMap(({ blobs }) => blobs),
  };
}

/** Pushes the blobs, the platforms' manifests and the index, and sets the tag to the index. */
export async function pushImage(store: Store, image: BuiltImage, tag?: string): Promise<void> {
  for (const { descriptor, bytes } of image.blobs) {
    await store.putBlob(descriptor, { open: async () => inOneChunk(bytes) });
  }
  for (const manifest of image.manifests) await store.putManifest(manifest);
  await store.putManifest(image.index, tag);
}

function buildPlatform(
  platform: Platform,
  { layers, created, labels }: Pick<ImageRecipe, 'layers' | 'created' | 'labels'>,
) {
  const contents = layers.map((text, index) =>
    tarOf(`layer-${index}`, `${platform.os}/${platform.architecture}: ${text}\n`),
  );
  const compressed = contents.map(content =>
    blob('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(content)),
  );
  const config = blob(
    MEDIA_TYPES.config,
    encode({
      ...platform,
      ...(created === undefined ? {} : { created }),
      config: labels === undefined ? {} : { Labels: labels },
      rootfs: { type: 'layers', diff_ids: contents.map(content => digestOf(content)) },
    }),
  );
  const manifest = encodeManifest(MEDIA_TYPES.manifest, {
    config: config.descriptor,
    layers: compressed.map(({ descriptor }) => descriptor),
  });
  return { platform, manifest, blobs: [...compressed, config] };
}

function encodeManifest(mediaType: string, body: object): ManifestContent {
  return manifestContent(encode({ schemaVersion: 2, mediaType, ...body }));
}

function blob(mediaType: string, bytes: Uint8Array): { descriptor: Descriptor; bytes: Uint8Array } {
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}

function encode(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
