import type { Descriptor } from '../oci/descriptor.ts';
import { type ManifestContent, MEDIA_TYPES, manifestContent } from '../oci/manifest.ts';
import { isLayout, type RepositoryName, registryOf } from '../oci/reference.ts';
import { evidenceOf } from '../registry/evidence/places.ts';
import { putBytes } from '../registry/put-bytes.ts';
import type { Store } from '../registry/store.ts';

/** A Sigstore bundle of version 0.3. https://docs.sigstore.dev/about/bundle/ */
export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/**
 * The annotation of a bundle's manifest that names the statement's predicate type. It is not signed, so it is only a
 * hint.
 */
export const PREDICATE_TYPE_HINT = 'dev.sigstore.bundle.predicateType';

const EMPTY = new TextEncoder().encode('{}');

/** Uploads of the empty config, so that a process uploads it once to each store. */
const emptyConfigs = new WeakMap<Store, Promise<Descriptor>>();

/** A repository in each registry that has the empty config, so that other repositories can mount it. */
const neighbours = new Map<string, RepositoryName>();

/** The description of a bundle in the manifest that attaches it. */
export interface Attachment {
  readonly predicateType: string;
  readonly created: Date;
  /** Further annotations of the manifest, which readers filter by; they are not signed. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Uploads a Sigstore bundle's blobs to the repository of the image's evidence. Returns the manifest that
 * attaches it as cosign 3 does. The caller writes the manifest, if possible together with others.
 */
export async function uploadBundle(
  image: Store,
  subject: Descriptor,
  bundle: Uint8Array,
  { predicateType, created, annotations }: Attachment,
): Promise<ManifestContent> {
  const store = evidenceOf(image);
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
