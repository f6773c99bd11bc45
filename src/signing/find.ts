import { cosignTag } from '../oci/cosign-tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import type { Store } from '../registry/store.ts';
import { PREDICATE_TYPE_HINT } from './attach.ts';
import { readLegacyLayers } from './legacy-tag.ts';
import { type Hints, readBundles } from './read.ts';
import { nearest, type Refused } from './refusal.ts';
import { SIMPLE_SIGNING, simplePayload } from './simple-signing.ts';
import { COSIGN_SIGN } from './statement.ts';
import type { Trust } from './trust.ts';
import { type Verification, type Verified, verifyBundle } from './verify.ts';

/** How a signature is kept: a Sigstore bundle among the referrers, or a layer under cosign's `.sig`. */
export type SignatureFormat = 'bundle' | 'legacy';

/** Where to look for what was signed about an image, and whose signatures count. */
export interface EvidenceSearch {
  readonly store: Store;
  /** The image's, as the store lists them. */
  readonly referrers: readonly Descriptor[];
  readonly digest: Digest;
  readonly trust: Trust;
}

const ALL_FORMATS: readonly SignatureFormat[] = ['bundle', 'legacy'];

/**
 * Finds a signature of the image by one of the trusted. Costs two requests where its annotations tell which bundle it
 * is; the `.sig` is asked for only where no bundle is it.
 */
export async function findSignature(
  search: EvidenceSearch,
  formats: readonly SignatureFormat[] = ALL_FORMATS,
): Promise<Verified | undefined> {
  const outcome = await judgeSignatures(search, formats);
  return outcome.kind === 'verified' ? outcome : undefined;
}

/** A signature of the image that counts, or why the one that came nearest does not. */
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
 * Verifies the image's signatures one after another, as far as the caller reads on: of equal ones that of the lowest
 * manifest digest first, so that all readers take the same.
 */
export async function* readSignatures(
  search: EvidenceSearch,
  formats: readonly SignatureFormat[] = ALL_FORMATS,
): AsyncIterable<Verification> {
  const expected = { ...search, predicateType: COSIGN_SIGN };
  const referrers = search.referrers.toSorted(byDigest);
  if (formats.includes('bundle')) yield* verifyBundles({ ...search, referrers }, COSIGN_SIGN, {});
  if (!formats.includes('legacy')) return;
  const { store, digest } = search;
  // What we sign there has a payload that is known, so that it is found behind any number of others.
  const own = digestOf(simplePayload(digest, store.name));
  for await (const layer of readLegacyLayers(store, cosignTag(digest, 'sig'), SIMPLE_SIGNING, own)) {
    const { verifyLegacySignature } = await import('./verify-legacy.ts');
    yield await verifyLegacySignature(layer, expected);
  }
}

/**
 * Gives the verified statements of one predicate type about the image, from bundles, each with the digest of the
 * manifest that attaches it. Hints only say which to open first; reading on costs one manifest and one blob for each
 * further bundle.
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

async function* verifyBundles(
  { store, referrers, ...rest }: EvidenceSearch,
  predicateType: string,
  hints: Hints,
): AsyncIterable<Verification & { readonly manifest: Digest }> {
  const wanted = { ...hints, [PREDICATE_TYPE_HINT]: predicateType };
  for await (const { descriptor, bytes } of readBundles(store, referrers, wanted)) {
    yield { ...(await verifyBundle(bytes, { ...rest, predicateType })), manifest: descriptor.digest };
  }
}

function byDigest(left: Pick<Descriptor, 'digest'>, right: Pick<Descriptor, 'digest'>): number {
  return left.digest < right.digest ? -1 : left.digest > right.digest ? 1 : 0;
}
