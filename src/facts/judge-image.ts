import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { SignatureFinding } from '../gates/facts.ts';
import { readSignatures } from '../images/signature.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Effects } from '../run/effects.ts';

/** Looks for one accepted signer's signatures on an image, and on each of its children if required. */
export async function judgeImage(
  effects: Pick<Effects, 'store' | 'trust'>,
  { repository, digest }: { readonly repository: RepositoryName; readonly digest: Digest },
  accepted: AcceptedSigner,
): Promise<SignatureFinding> {
  const trust = await effects.trust(accepted);
  return { accepted, manifests: await readSignatures(effects.store(repository), digest, trust, accepted) };
}
