import type { Mirror } from '../../environments/mirrors.ts';
import { acceptedSigners } from '../../environments/refresh.ts';
import { judgeImage } from '../../facts/judge-image.ts';
import { isSigned, refusalOf } from '../../gates/signature.ts';
import { SIGNATURE_PULLS } from '../../images/signature.ts';
import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { Effects } from '../../run/effects.ts';
import type { Questions } from '../refresh/questions.ts';

/** The signer of an image; absent if the mirror asks for none. */
type Signed =
  | { readonly kind: 'signed'; readonly signedBy?: string | undefined }
  | { readonly kind: 'unsigned' | 'waiting' | 'failed'; readonly reason: string };

/** Verifies that a signer whom the mirror accepts has signed the image, at the origin or at the mirror. */
export async function verifySignature(
  { effects, questions }: { readonly effects: Effects; readonly questions: Questions },
  mirror: Mirror,
  image: { readonly repository: RepositoryName; readonly digest: Digest },
): Promise<Signed> {
  const accepted = acceptedSigners(mirror, mirror.from);
  if (accepted.length === 0) return { kind: 'signed' };
  const findings = await questions.attempt(
    image.repository,
    async () => await Promise.all(accepted.map(signer => judgeImage(effects, image, signer))),
    accepted.length * SIGNATURE_PULLS,
  );
  if ('kind' in findings) return findings;
  const passed = findings.find(isSigned);
  if (passed === undefined) return { kind: 'unsigned', reason: findings.map(refusalOf).join('; ') };
  const names = passed.manifests.flatMap(({ signature }) =>
    signature.kind === 'signed' ? signature.by : [],
  );
  return { kind: 'signed', signedBy: names[0] };
}
