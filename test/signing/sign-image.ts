import type { Descriptor } from '../../src/oci/descriptor.ts';
import type { Store } from '../../src/registry/store.ts';
import type { SignatureFormat } from '../../src/signing/find.ts';
import { type SignOutcome, signImage } from '../../src/signing/sign.ts';
import type { Signer } from '../../src/signing/signer.ts';
import { CREATED } from './counted-store.ts';
import { trustIn } from './keys.ts';

/** Signs an image unless the signer, or one of the others of ours, has. */
export async function sign(
  store: Store,
  subject: Descriptor,
  signer: Signer,
  { others = [], formats = ['bundle'] }: Signing = {},
): Promise<SignOutcome> {
  const { digest } = subject;
  const { signers } = trustIn(signer, ...others);
  const trust = { signers, root: signer.trust.root };
  const search = { store, referrers: await store.referrers(digest), digest, trust };
  return await signImage({ search, subject, signer, formats, created: CREATED });
}

interface Signing {
  readonly others?: readonly Signer[];
  readonly formats?: readonly SignatureFormat[];
}
