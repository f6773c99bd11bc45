import type { KeyObject } from 'node:crypto';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Store } from '../registry/store.ts';
import { PREDICATE_TYPE_HINT } from './attach.ts';
import { type Hints, readBundles } from './read.ts';
import { COSIGN_SIGN, type Statement } from './statement.ts';
import { verifyBundle } from './verify.ts';

/** Where to look for what was signed about an image, and whose signatures count. */
export interface EvidenceSearch {
  readonly store: Store;
  /** The image's, as the store lists them. */
  readonly referrers: readonly Descriptor[];
  readonly digest: Digest;
  readonly keys: readonly KeyObject[];
}

/** Finds a cosign signature of the image by one of the keys. Costs two requests where its annotations tell what it is. */
export async function findSignature(search: EvidenceSearch): Promise<Statement | undefined> {
  for await (const statement of findStatements(search, COSIGN_SIGN)) return statement;
  return undefined;
}

/**
 * Gives the verified statements of one predicate type about the image. Hints only say which to open first; reading on
 * costs one manifest and one blob for each further bundle.
 */
export async function* findStatements(
  { store, referrers, digest, keys }: EvidenceSearch,
  predicateType: string,
  hints: Hints = {},
): AsyncIterable<Statement> {
  const wanted = { ...hints, [PREDICATE_TYPE_HINT]: predicateType };
  for await (const bytes of readBundles(store, referrers, wanted)) {
    const verification = verifyBundle(bytes, { keys, digest, predicateType });
    if (verification.kind === 'verified') yield verification.statement;
  }
}
