import { setTimeout as wait } from 'node:timers/promises';
import { PromoteError } from '../errors.ts';
import { cosignTag } from '../oci/cosign-tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { MANIFEST_LIMIT, type ManifestContent, MEDIA_TYPES, manifestContent } from '../oci/manifest.ts';
import { withLayers } from '../registry/evidence/merge.ts';
import { evidenceOf } from '../registry/evidence/places.ts';
import { putBytes } from '../registry/put-bytes.ts';
import type { Store } from '../registry/store.ts';
import { uniteTag } from '../registry/unite-tag.ts';
import { signBytes } from './bundle.ts';
import { writeLegacyAnnotations } from './legacy-annotations.ts';
import { type LegacyManifest, readLegacyManifest } from './legacy-tag.ts';
import type { Signer } from './signer.ts';
import { SIMPLE_SIGNING, simplePayload } from './simple-signing.ts';

/**
 * Milliseconds to wait before the tag is read back: then a writer that read it before our write has written.
 */
const SETTLED = 250;

/**
 * Signs an image as cosign 2 does, and keeps the signatures under its `.sig` tag. Does nothing if our equal
 * signature is there, so only one of several parallel runs signs. Throws `EVIDENCE` if no signature is there
 * afterwards.
 */
export async function attachLegacySignature(
  store: Store,
  subject: Descriptor,
  signer: Signer,
): Promise<void> {
  const place = evidenceOf(store);
  const tag = cosignTag(subject.digest, 'sig');
  const operation = `sign ${store.name}@${subject.digest}`;
  if (tag === undefined) {
    throw new PromoteError('UNSUPPORTED', `${operation}: no tag of cosign's can name its digest`, {
      hint: 'leave `legacy` out of signing.formats',
    });
  }
  const payload = simplePayload(subject.digest, store.name);
  const layer = await signLayer(place, payload, signer);
  await uniteTag({
    operation,
    tag,
    missing: async () => {
      const found = await readLegacyManifest(place, tag);
      const isThere = await hasEqual(found, layer, signer, subject.digest);
      return isThere ? undefined : () => write(place, tag, found, layer.descriptor);
    },
    settle: () => wait(SETTLED),
  });
}

interface SignedLayer {
  readonly descriptor: Descriptor;
  readonly payload: Buffer;
}

async function signLayer(store: Store, payload: Buffer, signer: Signer): Promise<SignedLayer> {
  const key = await signer.key();
  const { content, verificationMaterial } = await signBytes(signer, key, payload);
  const signature = content.$case === 'messageSignature' ? content.messageSignature.signature : Buffer.of();
  const annotations = writeLegacyAnnotations(signature, verificationMaterial, key);
  return { descriptor: { ...(await putBytes(store, SIMPLE_SIGNING, payload)), annotations }, payload };
}

/** Whether our equal signature is in a layer. The payload's digest is known, so no blob is read. */
async function hasEqual(
  found: LegacyManifest | undefined,
  { descriptor, payload }: SignedLayer,
  { trust }: Signer,
  digest: Digest,
): Promise<boolean> {
  for (const layer of found?.manifest.layers ?? []) {
    if (layer.digest !== descriptor.digest) continue;
    const { annotations = {} } = layer;
    const { verifyLegacySignature } = await import('./verify-legacy.ts');
    const judged = await verifyLegacySignature({ bytes: payload, annotations }, { trust, digest });
    if (judged.kind === 'verified') return true;
  }
  return false;
}

async function write(
  store: Store,
  tag: string,
  found: LegacyManifest | undefined,
  layer: Descriptor,
): Promise<void> {
  await store.putManifest(
    found === undefined ? await first(store, layer) : await extended(store, found, layer),
    tag,
  );
}

async function first(store: Store, layer: Descriptor): Promise<ManifestContent> {
  const created = '0001-01-01T00:00:00Z';
  const config = {
    architecture: '',
    created,
    history: [{ created }],
    os: '',
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    config: {},
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: await putBytes(store, MEDIA_TYPES.config, encode(config)),
    layers: [layer],
  };
  return manifestContent(encode(manifest));
}

async function extended(
  store: Store,
  { content, manifest }: LegacyManifest,
  layer: Descriptor,
): Promise<ManifestContent> {
  const { config } = manifest;
  if (config.size > MANIFEST_LIMIT) {
    throw new PromoteError(
      'TOO_LARGE',
      `sign at ${store.name}: the config of its .sig has ${config.size} bytes`,
    );
  }
  const bytes = Buffer.concat(await Array.fromAsync(await store.blob(config)));
  const merged = withLayers(content, bytes, [layer]);
  await putBytes(store, config.mediaType, merged.config.bytes);
  return merged.manifest;
}

function encode(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
