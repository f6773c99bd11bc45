import { buffer } from 'node:stream/consumers';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, parseDigest } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import { PROMOTION, parseRecord } from '../records/statement.ts';
import { readable } from '../registry/readable.ts';
import type { Store } from '../registry/store.ts';
import type { Attachment } from '../reports/inspect.ts';
import { BUNDLE_MEDIA_TYPE } from '../signing/attach.ts';
import { attestationClaims, bundleClaims, type Claims, signatureClaims } from '../signing/claims.ts';
import type { LegacyLayer } from '../signing/legacy-tag.ts';
import { COSIGN_SIGN } from '../signing/statement.ts';
import { BUNDLE_LIMIT } from '../signing/verify.ts';

/** Reads one referrer of a manifest; one that cannot be read is told, and is no failure. */
export async function readReferrer(
  store: Store,
  subject: Digest,
  { digest, artifactType = 'unknown' }: Descriptor,
): Promise<readonly Attachment[]> {
  const place = { subject, digest };
  const layers = await readLayers(store, digest);
  const [bundle] = layers ?? [];
  if (layers === undefined) return [{ ...place, kind: 'unreadable', type: artifactType }];
  if (bundle?.mediaType !== BUNDLE_MEDIA_TYPE) return [plainArtifact(place, artifactType)];
  const layer = await readLayer(store, bundle);
  return [claimed(place, layer && (await bundleClaims(layer.bytes)), artifactType)];
}

/** Reads what one of cosign's tags holds, `sha256-<hex>.sig`, `.att` or `.sbom`: one attachment a layer. */
export async function readTagged(store: Store, tag: string): Promise<readonly Attachment[]> {
  const [subject = '', kind] = tag.replace('-', ':').split('.');
  const named = await store.head(tag);
  if (named === undefined) return [];
  const place = { subject: parseDigest(subject), digest: named.digest, tag };
  const layers = await readLayers(store, tag);
  if (layers === undefined) return [{ ...place, kind: 'unreadable', type: named.mediaType }];
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

function claimed(place: Place, claims: Claims | undefined, type: string): Attachment {
  if (claims === undefined) return { ...place, kind: 'unreadable', type };
  const { by, time, logIndex, statement } = claims;
  const record = statement.predicateType === PROMOTION ? parseRecord(statement) : undefined;
  return {
    ...place,
    kind: kindOf(statement.predicateType),
    type: statement.predicateType,
    by: by.kind === 'key' ? `key ${keyName(by.hint)}` : `${by.identity} (${by.issuer})`,
    ...(time === undefined ? {} : { time: time.toISOString() }),
    ...(logIndex === undefined ? {} : { logIndex }),
    ...(record === undefined ? {} : { record }),
  };
}

/** A SHA-256 of the key, as cosign and we name keys, begins like those that `verify` prints. */
function keyName(hint: string): string {
  const hash = Buffer.from(hint, 'base64');
  return hash.length === 32 ? hash.toString('hex').slice(0, 12) : hint || 'without a name';
}

function kindOf(predicateType: string): Attachment['kind'] {
  if (predicateType === COSIGN_SIGN) return 'signature';
  if (predicateType === PROMOTION) return 'record';
  return isSbom(predicateType) ? 'sbom' : 'attestation';
}

function plainArtifact(place: Place, type: string): Attachment {
  return { ...place, kind: isSbom(type) ? 'sbom' : 'other', type };
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
