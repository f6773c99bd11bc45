import { cosignTag } from '../oci/cosign-tag.ts';
import type { Digest } from '../oci/digest.ts';
import type { Store } from '../registry/store.ts';
import { type ReadAttachment, readReferrer, readTagged } from './attachments.ts';
import { isSignature, listsSignature } from './signature.ts';

/** The most signatures that are opened. */
const MOST = 4;

/** The signers that an image's signatures name, unverified; `undefined`: it has no signature. */
export async function claimedSigners(store: Store, digest: Digest): Promise<readonly string[] | undefined> {
  const tag = cosignTag(digest, 'sig');
  const tagged = tag === undefined ? [] : await readTagged(store, tag);
  const referrers = await store.referrers(digest);
  const read = referrers
    .filter(isSignature)
    .slice(0, MOST)
    .map(referrer => readReferrer(store, digest, referrer));
  const found: readonly ReadAttachment[] = [...tagged, ...(await Promise.all(read)).flat()];
  if (found.length === 0 && !(await listsSignature(store, referrers))) return undefined;
  return [...new Set(found.flatMap(({ attachment }) => attachment.by ?? []))];
}
