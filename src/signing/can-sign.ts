import { PromoteError } from '../errors.ts';
import { bundleOf } from './bundle.ts';
import type { Signer } from './signer.ts';
import type { Trust } from './trust.ts';

/** The bytes of a trial signature. It is about no image and is not kept. */
const PROBE = Buffer.from('gitops-promote tries out its signer');

/**
 * Checks that the signer can sign as us: the private key matches `publicKey`, or a certificate is issued for
 * the configured identity. The log must also accept its signatures. Throws `KEY`, `SIGNATURE` or
 * `UNREACHABLE`.
 */
export async function requireSigner(signer: Signer, { signers }: Trust): Promise<void> {
  const key = await signer.key();
  const { certificates, publicKey } = key;
  for (const { serves } of signer.witnesses) await serves?.(publicKey);
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
