import { cosignTag } from '../oci/cosign-tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import type { Store } from '../registry/store.ts';
import { PREDICATE_TYPE_HINT } from './attach.ts';
import { readLegacyLayers } from './legacy-tag.ts';
import { type Hints, readBundles } from './read.ts';
import { nearest, type Refused, refused } from './refusal.ts';
import { SIMPLE_SIGNING, simplePayload } from './simple-signing.ts';
import { COSIGN_SIGN } from './statement.ts';
import type { Trust } from './trust.ts';
import { type Verification, type Verified, verifyBundle } from './verify.ts';

/** The form of a signature: a Sigstore bundle among the referrers, or a layer under cosign's `.sig`. */
export type SignatureFormat = 'bundle' | 'legacy';

/** The place of an image's signatures and attestations, and the signers that count. */
export interface EvidenceSearch {
  readonly store: Store;
  /** The image's referrers, as the store lists them. */
  readonly referrers: readonly Descriptor[];
  readonly digest: Digest;
  readonly trust: Trust;
}

const ALL_FORMATS: readonly SignatureFormat[] = ['bundle', 'legacy'];

/**
 * Finds a trusted signer's signature of the image. It costs two requests if annotations identify the bundle.
 * The `.sig` tag is read only if no bundle counts.
 */
export async function findSignature(
  search: EvidenceSearch,
  formats: readonly SignatureFormat[] = ALL_FORMATS,
): Promise<Verified | undefined> {
  const outcome = await judgeSignatures(search, formats);
  return outcome.kind === 'verified' ? outcome : undefined;
}

/** A signature of the image that counts, or why the best one does not. */
export async function judgeSignatures(
  search: EvidenceSearch,
  formats: readonly SignatureFormat[] = ALL_FORMATS,
): Promise<Verified | Refused> {
  const refusals: Refused[] = [];
  for await (const verification of readSignatures(search, formats)) {
    if (verification.kind === 'verified') return verification;
    refusals.push(verification);
  }
  return nearest(refusals);
}

/**
 * Verifies the image's signatures one by one, until the caller stops reading. Of equal ones, the lowest
 * manifest digest comes first, so that all readers use the same.
 */
export async function* readSignatures(
  search: EvidenceSearch,
  formats: readonly SignatureFormat[] = ALL_FORMATS,
): AsyncIterable<Verification> {
  const expected = { ...search, predicateType: COSIGN_SIGN };
  const referrers = search.referrers.toSorted(byDigest);
  const { annotations } = search.trust;
  if (formats.includes('bundle')) {
    for await (const found of verifyBundles({ ...search, referrers }, COSIGN_SIGN, {}))
      yield annotated(found, annotations);
  }
  if (!formats.includes('legacy')) return;
  const { store, digest } = search;
  // Our own signature's payload is known, so its layer is found among any number of others.
  const own = digestOf(simplePayload(digest, store.name));
  for await (const layer of readLegacyLayers(store, cosignTag(digest, 'sig'), SIMPLE_SIGNING, own)) {
    const { verifyLegacySignature } = await import('./verify-legacy.ts');
    yield annotated(await verifyLegacySignature(layer, expected), annotations);
  }
}

/** Refuses a signature without one of the wanted annotations. `cosign sign -a` signs them with the digest. */
function annotated(found: Verification, wanted: Trust['annotations'] = {}): Verification {
  if (found.kind === 'refused') return found;
  const signed = found.statement.subject[0]?.annotations ?? {};
  const lacking = Object.entries(wanted).find(([name, value]) => signed[name] !== value);
  if (lacking === undefined) return found;
  const [name] = lacking;
  const has = Object.hasOwn(signed, name) ? `is ${JSON.stringify(signed[name])}` : 'is not signed';
  return refused('other-annotations', `the annotation ${name} ${has}`);
}

/**
 * Yields the verified statements about the image with one predicate type, each with its manifest's digest.
 * Hints decide only which bundle is opened first. Each further bundle costs one manifest and one blob.
 */
export async function* findStatements(
  search: EvidenceSearch,
  predicateType: string,
  hints: Hints = {},
): AsyncIterable<Verified & { readonly manifest: Digest }> {
  for await (const verification of verifyBundles(search, predicateType, hints)) {
    if (verification.kind === 'verified') yield verification;
  }
}

/** Like `findStatements`, but it also yields the refusal of each bundle that does not count. */
export async function* verifyBundles(
  { store, referrers, ...rest }: EvidenceSearch,
  predicateType: string,
  hints: Hints,
): AsyncIterable<Verification & { readonly manifest: Digest }> {
  const wanted = { ...hints, [PREDICATE_TYPE_HINT]: predicateType };
  for await (const { descriptor, read } of readBundles(store, referrers, wanted)) {
    const found = 'kind' in read ? read : await verifyBundle(read, { ...rest, predicateType });
    yield { ...found, manifest: descriptor.digest };
  }
}

function byDigest(left: Pick<Descriptor, 'digest'>, right: Pick<Descriptor, 'digest'>): number {
  return left.digest < right.digest ? -1 : left.digest > right.digest ? 1 : 0;
}
