import type { Digest } from '../../oci/digest.ts';
import type { EvidenceChoice } from '../../oci/evidence-choice.ts';
import { closureDigests } from '../closure.ts';
import { countEvidence } from '../evidence/evidence.ts';
import { copyEvidence, gatherEvidence } from './copy-evidence.ts';
import { type CopySettings, startRun } from './copy-run.ts';

/** An image that is at the target already, and which of its evidence is to be there too. */
export interface LateEvidenceOptions extends CopySettings {
  readonly digest: Digest;
  readonly evidence: EvidenceChoice;
}

/** How much of the source's evidence the target has now, and whether anything was written for it. */
export interface LateEvidence {
  readonly evidence: number;
  readonly changed: boolean;
}

/**
 * Brings what refers to an image at its source by now to a target that has the image; nothing where the source has it no
 * longer. Throws `EVIDENCE` where it cannot be carried.
 */
export async function copyLateEvidence(options: LateEvidenceOptions): Promise<LateEvidence> {
  const { source, digest } = options;
  const run = startRun(options);
  const content = await run.perform(() => source.manifest(digest));
  if (content === undefined) return { evidence: 0, changed: false };
  const digests = await closureDigests(source, content);
  const { evidence } = await gatherEvidence(source, digests, options.evidence);
  const changed = await copyEvidence(run, evidence);
  return { evidence: countEvidence(evidence), changed };
}
