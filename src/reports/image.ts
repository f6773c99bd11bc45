import type { Digest } from '../oci/digest.ts';
import { line, phrase, type Report } from './document.ts';
import type { image } from './schemas/changes.ts';
import type { Json } from './schemas/parts.ts';

/** The result of `copy`, `sign` or `report attach` for one image. */
export interface ImageResult {
  readonly verb: 'copied' | 'signed' | 'attached';
  readonly changed: boolean;
  readonly reference: string;
  readonly digest: Digest;
  /** The number of the source's pieces of evidence that the target has now. */
  readonly evidence?: number;
  /** The number of pieces of evidence that the source has. */
  readonly evidenceFound?: number | undefined;
}

/** One line with what was done, or that it was done already. */
export function imageReport(result: ImageResult): Report {
  const { verb, changed, reference, digest, evidence = 0, evidenceFound = 0 } = result;
  const phrases = [
    phrase(changed ? verb : `already ${verb}`, changed ? 'good' : 'quiet'),
    phrase(reference),
    phrase(digest, 'quiet'),
    ...(evidenceFound > 0 ? [phrase(`with ${evidence} of ${evidenceFound} pieces of evidence`)] : []),
  ];
  return { blocks: [line(...phrases)], json: result satisfies Json<typeof image> };
}
