import type { Descriptor } from '../oci/descriptor.ts';
import { type ManifestContent, MEDIA_TYPES, manifestContent } from '../oci/manifest.ts';
import { isLayout, type RepositoryName, registryOf } from '../oci/reference.ts';
import { putBytes } from '../registry/put-bytes.ts';
import type { Store } from '../registry/store.ts';

/** A Sigstore bundle of version 0.3. https://docs.sigstore.dev/about/bundle/ */
export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** The annotation by which a bundle's manifest tells what its statement claims. A hint: it is not signed. */
export const PREDICATE_TYPE_HINT = 'dev.sigstore.bundle.predicateType';

const EMPTY = new TextEncoder().encode('{}');

/** The empty config on its way into a store, which costs its requests once in a process. */
const emptyConfigs = new WeakMap<Store, Promise<Descriptor>>();

/** A repository of each registry that holds the empty config, from where others mount it. */
const neighbours = new Map<string, RepositoryName>();

/** What is said of a bundle where it is attached. */
export interface Attachment {
  readonly predicateType: string;
  readonly created: Date;
  /** Further annotations of the manifest, for readers to choose by; they are not signed. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Brings a Sigstore bundle's blobs in and gives the manifest that attaches it to an image as cosign 3 does, once it is
 * put: together with others, at best.
 */
export async function bringBundle(
  store: Store,
  subject: Descriptor,
  bundle: Uint8Array,
  { predicateType, created, annotations }: Attachment,
): Promise<ManifestContent> {
  const [config, layer] = await Promise.all([putEmpty(store), putBytes(store, BUNDLE_MEDIA_TYPE, bundle)]);
  const { mediaType, digest, size } = subject;
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: BUNDLE_MEDIA_TYPE,
    config,
    layers: [layer],
    subject: { mediaType, digest, size },
    annotations: {
      ...annotations,
      'dev.sigstore.bundle.content': 'dsse-envelope',
      [PREDICATE_TYPE_HINT]: predicateType,
      'org.opencontainers.image.created': created.toISOString(),
    },
  };
  return manifestContent(new TextEncoder().encode(JSON.stringify(manifest)));
}

function putEmpty(store: Store): Promise<Descriptor> {
  const known = emptyConfigs.get(store);
  if (known !== undefined) return known;
  const registry = registryOf(store.name);
  const config = putBytes(store, MEDIA_TYPES.empty, EMPTY, neighbours.get(registry));
  emptyConfigs.set(store, config);
  config.then(
    () => isLayout(store.name) || neighbours.set(registry, store.name),
    () => emptyConfigs.delete(store),
  );
  return config;
}
