import { acceptedSigners, type Refresh } from '../../environments/refresh.ts';
import { isSigned, refusalOf } from '../../gates/signature.ts';
import { SIGNATURE_PULLS } from '../../images/signature.ts';
import type { Resolution } from '../../plan/refresh/resolution.ts';
import type { Effects } from '../effects.ts';
import { judgeImage } from '../judge-image.ts';
import type { Questions } from './questions.ts';

/** Lets an update pass only where one of those whose signature is asked of its repository has signed the image. */
export async function requireSignature(
  effects: Effects,
  { refresh, questions }: { readonly refresh: Refresh; readonly questions: Questions },
  resolution: Resolution,
): Promise<Resolution> {
  if (resolution.kind !== 'update') return resolution;
  const accepted = acceptedSigners(refresh, resolution.repository);
  if (accepted.length === 0) return resolution;
  // A key that cannot be loaded is the file's fault, and no registry's.
  await Promise.all(accepted.map(effects.trust));
  const findings = await questions.attempt(
    resolution.repository,
    async () => await Promise.all(accepted.map(signer => judgeImage(effects, resolution, signer))),
    accepted.length * SIGNATURE_PULLS,
  );
  if ('kind' in findings) return findings;
  if (findings.some(isSigned)) return resolution;
  return { kind: 'unsigned', reason: findings.map(refusalOf).join('; ') };
}
