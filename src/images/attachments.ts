import { buffer } from 'node:stream/consumers';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, parseDigest } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import { readable } from '../registry/readable.ts';
import type { Store } from '../registry/store.ts';
import { BUNDLE_MEDIA_TYPE } from '../signing/attach.ts';
import { attestationClaims, bundleClaims, type Claims, signatureClaims } from '../signing/claims.ts';
import type { LegacyLayer } from '../signing/legacy-tag.ts';
import { COSIGN_SIGN, type Statement } from '../signing/statement.ts';
import { BUNDLE_LIMIT } from '../signing/verify.ts';

/** An attachment of an image, as it describes itself. */
export interface Attachment {
  readonly kind: 'signature' | 'attestation' | 'sbom' | 'other' | 'unreadable';
  /** The manifest that it is attached to. */
  readonly subject: Digest;
  /** The manifest that contains it. */
  readonly digest: Digest;
  /** cosign's tag; absent: a referrer. */
  readonly tag?: string | undefined;
  /** The predicate's type, else the artifact type. */
  readonly type: string;
  readonly by?: string | undefined;
  /** ISO 8601. */
  readonly time?: string | undefined;
  readonly logIndex?: string | undefined;
}

/** An attachment, and its statement if it contains one. */
export interface ReadAttachment {
  readonly attachment: Attachment;
  readonly statement?: Statement | undefined;
}

/** Reads one referrer of a manifest. If it cannot be read, it is listed as `unreadable` without an error. */
export async function readReferrer(
  store: Store,
  subject: Digest,
  { digest, artifactType = 'unknown' }: Descriptor,
): Promise<readonly ReadAttachment[]> {
  const place = { subject, digest };
  const layers = await readLayers(store, digest);
  const [bundle] = layers ?? [];
  if (layers === undefined) return [unreadable(place, artifactType)];
  if (bundle?.mediaType !== BUNDLE_MEDIA_TYPE) return [plainArtifact(place, artifactType)];
  const layer = await readLayer(store, bundle);
  return [claimed(place, layer && (await bundleClaims(layer.bytes)), artifactType)];
}

/** Reads a cosign tag, `sha256-<hex>.sig`, `.att` or `.sbom`: one attachment for each layer. */
export async function readTagged(store: Store, tag: string): Promise<readonly ReadAttachment[]> {
  const [subject = '', kind] = tag.replace('-', ':').split('.');
  const named = await store.head(tag);
  if (named === undefined) return [];
  const place = { subject: parseDigest(subject), digest: named.digest, tag };
  const layers = await readLayers(store, tag);
  if (layers === undefined) return [unreadable(place, named.mediaType)];
  return await Promise.all(
    layers.map(async descriptor => {
      if (kind === 'sbom') return plainArtifact(place, descriptor.mediaType);
      const layer = await readLayer(store, descriptor);
      const read = kind === 'sig' ? signatureClaims : attestationClaims;
      return claimed(place, layer && (await read(layer)), descriptor.mediaType);
    }),
  );
}

type Place = Pick<Attachment, 'subject' | 'digest' | 'tag'>;

function claimed(place: Place, claims: Claims | undefined, type: string): ReadAttachment {
  if (claims === undefined) return unreadable(place, type);
  const { by, time, logIndex, statement } = claims;
  const attachment = {
    ...place,
    kind: kindOf(statement.predicateType),
    type: statement.predicateType,
    by: by.kind === 'key' ? `key ${keyName(by.hint)}` : `${by.identity} (${by.issuer})`,
    time: time?.toISOString(),
    logIndex,
  };
  return { attachment, statement };
}

function unreadable(place: Place, type: string): ReadAttachment {
  return { attachment: { ...place, kind: 'unreadable', type } };
}

/** A key's SHA-256, as cosign and promote name keys. It begins like the one that `verify` prints. */
function keyName(hint: string): string {
  const hash = Buffer.from(hint, 'base64');
  return hash.length === 32 ? hash.toString('hex').slice(0, 12) : hint || 'without a name';
}

function kindOf(predicateType: string): Attachment['kind'] {
  if (predicateType === COSIGN_SIGN) return 'signature';
  return isSbom(predicateType) ? 'sbom' : 'attestation';
}

function plainArtifact(place: Place, type: string): ReadAttachment {
  return { attachment: { ...place, kind: isSbom(type) ? 'sbom' : 'other', type } };
}

function isSbom(type: string): boolean {
  return /spdx|cyclonedx|syft/i.test(type);
}

async function readLayers(store: Store, target: string): Promise<readonly Descriptor[] | undefined> {
  const content = await readable(() => store.manifest(target));
  const manifest = content && (await readable(async () => parseManifest(content)));
  return manifest?.kind === 'image' ? manifest.layers : undefined;
}

async function readLayer(store: Store, layer: Descriptor): Promise<LegacyLayer | undefined> {
  if (layer.size > BUNDLE_LIMIT) return undefined;
  const bytes = await readable(async () => await buffer(await store.blob(layer)));
  return bytes && { bytes, annotations: layer.annotations ?? {} };
}
