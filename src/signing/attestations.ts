import { PromoteError } from '../errors.ts';
import { cosignTag } from '../oci/cosign-tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import { readable } from '../registry/readable.ts';
import type { Store } from '../registry/store.ts';
import { BUNDLE_MEDIA_TYPE, PREDICATE_TYPE_HINT } from './attach.ts';
import { readLegacyManifest } from './legacy-tag.ts';
import { mayBeBundle, OPEN_LIMIT } from './read.ts';
import { nearest, type Refused, refused } from './refusal.ts';
import type { Trust } from './trust.ts';
import { type Verification, type Verified, verifyBundle } from './verify.ts';

const ENVELOPE = 'application/vnd.dsse.envelope.v1+json';

/** The attestations of a manifest to read, and the signers that count. */
export interface AttestationSearch {
  readonly store: Store;
  readonly digest: Digest;
  /** The trusts, which are tried in turn. */
  readonly trusts: readonly Trust[];
  /** The most bytes of one attestation. */
  readonly limit: number;
  /** Whether the annotated predicate type is not wanted. It is no proof, and only saves requests. */
  readonly isOther: (predicateType: string) => boolean;
}

/** An attestation, verified or refused, and the digest of its manifest or layer. */
export type ReadAttestation = (Verified | Refused) & {
  readonly manifest: Digest;
  /** The predicate type that its annotation names, which proves nothing. */
  readonly hinted?: string | undefined;
};

/**
 * Reads the attestations of a manifest, of any predicate type: Sigstore bundles among its referrers, and
 * envelopes under cosign's `.att` tag. Throws `TOO_LARGE` if there are too many.
 */
export async function* readAttestations(search: AttestationSearch): AsyncIterable<ReadAttestation> {
  const { store, digest, isOther } = search;
  const referrers = (await store.referrers(digest)).filter(
    one => mayBeBundle(one) && !isOther(one.annotations?.[PREDICATE_TYPE_HINT] ?? ''),
  );
  assertFew(referrers.length, `${store.name}@${digest}`);
  for (const { digest: manifest, annotations } of referrers) {
    const hinted = annotations?.[PREDICATE_TYPE_HINT];
    const layer = await bundleLayer(store, manifest);
    if (layer === undefined) continue;
    const read = await readLayer(search, layer);
    if ('kind' in read) yield { ...read, manifest, hinted };
    else
      yield {
        ...(await judge(search, async trust => verifyBundle(read, { trust, digest }, search.limit))),
        manifest,
        hinted,
      };
  }
  const tag = cosignTag(digest, 'att');
  const tagged = tag === undefined ? undefined : await readLegacyManifest(store, tag);
  const layers = (tagged?.manifest.layers ?? []).filter(({ mediaType }) => mediaType === ENVELOPE);
  assertFew(layers.length, `${store.name}:${tag}`);
  for (const layer of layers) {
    const read = await readLayer(search, layer);
    const manifest = layer.digest;
    if ('kind' in read) yield { ...read, manifest };
    else {
      const { verifyLegacyAttestation } = await import('./verify-legacy.ts');
      const envelope = { bytes: read, annotations: layer.annotations ?? {} };
      yield {
        ...(await judge(search, async trust => verifyLegacyAttestation(envelope, { trust, digest }))),
        manifest,
      };
    }
  }
}

function assertFew(count: number, place: string): void {
  if (count <= OPEN_LIMIT) return;
  throw new PromoteError(
    'TOO_LARGE',
    `read attestations of ${place}: there are ${count}, more than ${OPEN_LIMIT}`,
    {
      hint: 'delete those that are superfluous, and run again',
    },
  );
}

async function bundleLayer(store: Store, digest: Digest): Promise<Descriptor | undefined> {
  return await readable(async () => {
    const content = await store.manifest(digest);
    const manifest = content && parseManifest(content);
    if (manifest?.kind !== 'image') return undefined;
    const [layer, ...others] = manifest.layers;
    return layer?.mediaType === BUNDLE_MEDIA_TYPE && others.length === 0 ? layer : undefined;
  });
}

async function readLayer({ store, limit }: AttestationSearch, layer: Descriptor): Promise<Buffer | Refused> {
  if (layer.size > limit) return refused('too-large', `${layer.size} bytes`);
  const bytes = await readable(async () => await bytesOf(await store.blob(layer), layer.size));
  return bytes ?? refused('not-an-envelope', 'it cannot be read');
}

/** The bytes of a verified stream, which has the descriptor's size. Large ones are not copied twice. */
async function bytesOf(stream: AsyncIterable<Uint8Array>, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let end = 0;
  for await (const chunk of stream) {
    bytes.set(chunk, end);
    end += chunk.length;
  }
  return bytes;
}

async function judge(
  { trusts }: AttestationSearch,
  verify: (trust: Trust) => Promise<Verification>,
): Promise<Verified | Refused> {
  const refusals: Refused[] = [];
  for (const trust of trusts) {
    const verification = await verify(trust);
    if (verification.kind === 'verified') return verification;
    refusals.push(verification);
  }
  return nearest(refusals);
}
