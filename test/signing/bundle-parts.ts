import { type Bundle, bundleFromJSON, bundleToJSON } from '@sigstore/bundle';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import type { Digest } from '../../src/oci/digest.ts';
import type { Store } from '../../src/registry/store.ts';
import { signStatement } from '../../src/signing/bundle.ts';
import type { Signer } from '../../src/signing/signer.ts';
import { COSIGN_SIGN, cosignStatement } from '../../src/signing/statement.ts';
import { attachBundle } from './attach-bundle.ts';
import { CREATED } from './counted-store.ts';

/** Has an image signed, as a bundle to take apart. */
export async function signedBundle(signer: Signer, digest: Digest): Promise<Bundle> {
  const bytes = await signStatement(signer, cosignStatement(digest));
  return bundleFromJSON(JSON.parse(Buffer.from(bytes).toString()));
}

/** The bundle with another's log entries, timestamps or certificate. */
export function withMaterial(bundle: Bundle, part: Partial<Bundle['verificationMaterial']>): Bundle {
  return { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, ...part } };
}

/** The bundle around another payload. */
export function withPayload(bundle: Bundle, payload: Buffer): Bundle {
  const { content } = bundle;
  if (content.$case !== 'dsseEnvelope') throw new Error('there is no envelope');
  return {
    ...bundle,
    content: { $case: 'dsseEnvelope', dsseEnvelope: { ...content.dsseEnvelope, payload } },
  };
}

/** Attaches a bundle to an image, whatever is in it. */
export async function attachAny(store: Store, subject: Descriptor, bundle: Bundle): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(bundleToJSON(bundle)));
  await attachBundle(store, subject, bytes, { predicateType: COSIGN_SIGN, created: CREATED });
}
