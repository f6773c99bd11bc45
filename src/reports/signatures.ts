import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { SignatureFinding } from '../gates/facts.ts';
import { isSigned, signerName } from '../gates/signature.ts';
import type { ProvenanceJudgement } from '../images/provenance-rule.ts';
import type { SignedManifest } from '../images/signature.ts';
import type { Digest } from '../oci/digest.ts';
import { type Block, heading, type Phrase, phrase, type Report } from './document.ts';
import type { Json } from './schemas/parts.ts';
import type { verifyReference } from './schemas/verify-reference.ts';

/** The result for one signer's provenance. */
export interface BuildFinding {
  readonly accepted: AcceptedSigner;
  readonly judged: ProvenanceJudgement;
}

/** The verification of one image by reference: one finding for each accepted signer. */
export interface ImageVerification {
  readonly reference: string;
  readonly digest: Digest;
  readonly findings: readonly SignatureFinding[];
  /** Absent: provenance was not requested. */
  readonly builds?: readonly BuildFinding[] | undefined;
}

/** Whether one of the signers has signed the image, or the requested provenance of it. */
export function isVerified({ findings, builds }: ImageVerification): boolean {
  return builds === undefined
    ? findings.some(isSigned)
    : builds.some(({ judged }) => judged.kind === 'built');
}

/** Reports who signed the image, or why no signature counts. */
export function signaturesReport(result: ImageVerification): Report {
  const { reference, digest, findings, builds = [] } = result;
  const verified = isVerified(result);
  const blocks: readonly Block[] = [
    heading(
      phrase(reference),
      verified ? phrase('verified', 'good') : phrase('not verified', 'bad'),
      phrase(digest, 'quiet'),
    ),
    { kind: 'items', items: [...findings.flatMap(findingItems), ...builds.flatMap(buildItems)] },
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
    provenance: result.builds?.map(({ accepted, judged }) => ({ signer: signerName(accepted), ...judged })),
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

function buildItems({ accepted, judged }: BuildFinding): readonly (readonly Phrase[])[] {
  const found =
    judged.kind === 'built'
      ? [phrase('  built by'), phrase(judged.by, 'good')]
      : [phrase(`  ${judged.code}:`, 'bad'), phrase(judged.detail)];
  return [[phrase(signerName(accepted), 'quiet')], found];
}
