import type { SignatureFinding } from '../gates/facts.ts';
import { isSigned, signerName } from '../gates/signature.ts';
import type { SignedManifest } from '../images/signature.ts';
import type { Digest } from '../oci/digest.ts';
import { type Block, heading, type Phrase, phrase, type Report } from './document.ts';
import type { Json } from './schemas/parts.ts';
import type { verifyReference } from './schemas/reading.ts';

/** The verification of one image by reference: one finding for each accepted signer. */
export interface ImageVerification {
  readonly reference: string;
  readonly digest: Digest;
  readonly findings: readonly SignatureFinding[];
}

/** Whether one of the signers has signed the image. */
export function isVerified({ findings }: ImageVerification): boolean {
  return findings.some(isSigned);
}

/** Who signed the image, or why no signature counts. */
export function signaturesReport(result: ImageVerification): Report {
  const { reference, digest, findings } = result;
  const verified = isVerified(result);
  const blocks: readonly Block[] = [
    heading(
      phrase(reference),
      verified ? phrase('verified', 'good') : phrase('not verified', 'bad'),
      phrase(digest, 'quiet'),
    ),
    { kind: 'items', items: findings.flatMap(findingItems) },
  ];
  const json = {
    reference,
    digest,
    verified,
    signers: findings.map(finding => ({
      signer: signerName(finding.accepted),
      signed: isSigned(finding),
      manifests: finding.manifests,
    })),
  } satisfies Json<typeof verifyReference>;
  return { blocks, json };
}

function findingItems({ accepted, manifests }: SignatureFinding): readonly (readonly Phrase[])[] {
  return [[phrase(signerName(accepted), 'quiet')], ...manifests.map(manifestItem)];
}

function manifestItem({ digest, platform = digest, signature }: SignedManifest): readonly Phrase[] {
  return signature.kind === 'signed'
    ? [phrase(`  ${platform}:`), phrase(`signed by ${signature.by}`, 'good')]
    : [phrase(`  ${platform}:`), phrase(signature.reason, 'bad')];
}
