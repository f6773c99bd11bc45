import type { Digest } from '../oci/digest.ts';
import { line, phrase, type Report } from './document.ts';

/** What `copy` or `sign` did to one image. */
export interface ImageResult {
  readonly verb: 'copied' | 'signed';
  readonly changed: boolean;
  readonly reference: string;
  readonly digest: Digest;
  /** Signatures, attestations and SBOMs that came along. */
  readonly evidence?: number;
}

/** One line: what was done, or that it was there already. */
export function imageReport(result: ImageResult): Report {
  const { verb, changed, reference, digest, evidence } = result;
  const phrases = [
    phrase(changed ? verb : `already ${verb}`, changed ? 'good' : 'quiet'),
    phrase(reference),
    phrase(digest, 'quiet'),
    ...(evidence ? [phrase(`with ${evidence} of evidence`)] : []),
  ];
  return { blocks: [line(...phrases)], json: result };
}
