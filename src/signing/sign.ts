import type { KeyObject } from 'node:crypto';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Store } from '../registry/store.ts';
import { attachBundle } from './attach.ts';
import { signStatement } from './bundle.ts';
import { findSignature } from './find.ts';
import type { Signer } from './signer.ts';
import { COSIGN_SIGN, cosignStatement } from './statement.ts';

/** What signing an image found or did. */
export type SignOutcome =
  | { readonly kind: 'present' }
  | { readonly kind: 'signed'; readonly descriptor: Descriptor };

/** Signs an image as `cosign sign` does, unless it carries a signature by the signer or one of the keys. */
export async function signImage(request: {
  readonly store: Store;
  readonly subject: Descriptor;
  readonly signer: Signer;
  /** Further keys of ours. */
  readonly keys: readonly KeyObject[];
  /** The subject's, as listed in the store. */
  readonly referrers: readonly Descriptor[];
  readonly created: Date;
}): Promise<SignOutcome> {
  const { store, subject, signer, keys, referrers, created } = request;
  const { digest } = subject;
  const ours = [signer.publicKey, ...keys];
  if (await findSignature({ store, referrers, digest, keys: ours })) return { kind: 'present' };
  const bundle = await signStatement(signer, cosignStatement(digest));
  const descriptor = await attachBundle(store, subject, bundle, { predicateType: COSIGN_SIGN, created });
  return { kind: 'signed', descriptor };
}
