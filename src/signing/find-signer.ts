import { type Digest, shortDigest } from '../oci/digest.ts';
import type { Store } from '../registry/store.ts';
import { judgeSignatures } from './find.ts';
import type { Refused } from './refusal.ts';
import type { Trust } from './trust.ts';
import type { Verified } from './verify.ts';

/** The signer, or why no signature counts, as text. */
export type FoundSigner =
  | { readonly kind: 'signed'; readonly by: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Finds a trusted signer's signature of a manifest. */
export async function findSigner(store: Store, digest: Digest, trust: Trust): Promise<FoundSigner> {
  const referrers = await store.referrers(digest);
  const judged = await judgeSignatures({ store, referrers, digest, trust });
  return judged.kind === 'verified'
    ? { kind: 'signed', by: signerText(judged) }
    : { kind: 'refused', reason: refusalText(judged) };
}

/** The signer, with the verified time and index in the transparency log, if there are any. */
export function signerText({ by, time, logIndex }: Verified): string {
  const name = by.kind === 'key' ? `key ${shortDigest(by.keyId)}` : `${by.identity} (${by.issuer})`;
  const at = time === undefined ? '' : ` at ${time.toISOString()}`;
  return `${name}${at}${logIndex === undefined ? '' : `, log entry ${logIndex}`}`;
}

/** Why a signature does not count: the code and the detail. */
export function refusalText({ reason, detail }: Refused): string {
  return `${reason} (${detail})`;
}
