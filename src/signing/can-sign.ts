import { PromoteError } from '../errors.ts';
import { bundleOf } from './bundle.ts';
import type { Signer } from './signer.ts';
import type { Trust } from './trust.ts';

/** What a signer is tried out on; it is about no image, and nobody gets to see the signature. */
const PROBE = Buffer.from('gitops-promote tries out its signer');

/**
 * Goes on only where the signer can sign, and what it signs is by one of those who are us: the key is at hand and that
 * of `publicKey`, or a certificate is given for the configured identity. Throws `KEY`, `SIGNATURE` or `UNREACHABLE`.
 */
export async function requireSigner(signer: Signer, { signers }: Trust): Promise<void> {
  const key = await signer.key();
  const { certificates, publicKey } = key;
  if (certificates !== undefined) {
    const { requireOwnIdentity } = await import('./accept.ts');
    const bundle = await bundleOf(key, PROBE);
    return requireOwnIdentity({ bundle, artifact: PROBE }, signer.trust.signers);
  }
  if (signers.some(known => known.kind === 'key' && known.key.equals(publicKey))) return;
  throw new PromoteError('KEY', 'sign: the private key signing.key is not that of signing.publicKey', {
    hint: 'name the public key that cosign public-key --key <signing.key> prints',
  });
}
