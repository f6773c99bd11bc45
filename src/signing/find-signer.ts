import { type Digest, shortDigest } from '../oci/digest.ts';
import type { Store } from '../registry/store.ts';
import { judgeSignatures } from './find.ts';
import type { Refused } from './refusal.ts';
import type { Trust } from './trust.ts';
import type { Verified } from './verify.ts';

/** Who signed, or why no signature counts, as text. */
export type FoundSigner =
  | { readonly kind: 'signed'; readonly by: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Looks for a signature of a manifest by a trusted signer. */
export async function findSigner(store: Store, digest: Digest, trust: Trust): Promise<FoundSigner> {
  const referrers = await store.referrers(digest);
  const judged = await judgeSignatures({ store, referrers, digest, trust });
  return judged.kind === 'verified'
    ? { kind: 'signed', by: signerText(judged) }
    : { kind: 'refused', reason: refusalText(judged) };
}

/** Who made a signature; when, and its index in the transparency log, if these were verified. */
export function signerText({ by, time, logIndex }: Verified): string {
  const name = by.kind === 'key' ? `key ${shortDigest(by.keyId)}` : `${by.identity} (${by.issuer})`;
  const at = time === undefined ? '' : ` at ${time.toISOString()}`;
  return `${name}${at}${logIndex === undefined ? '' : `, log entry ${logIndex}`}`;
}

/** Why a signature does not count: the code, and what was found. */
export function refusalText({ reason, detail }: Refused): string {
  return `${reason} (${detail})`;
}
