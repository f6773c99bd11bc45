import { z } from 'zod';
import { digest, text } from './parts.ts';

/** `promote verify <reference>` */
export const verifyReference = z.object({
  reference: text,
  digest,
  verified: z.boolean().describe('one of the signers signed it, or the provenance that is asked for'),
  signers: z.array(
    z.object({
      signer: text,
      signed: z.boolean(),
      manifests: z.array(
        z.object({
          digest,
          platform: text.optional(),
          signature: z.discriminatedUnion('kind', [
            z.object({ kind: z.literal('signed'), by: text }),
            z.object({ kind: z.literal('refused'), reason: text }),
          ]),
        }),
      ),
    }),
  ),
  provenance: z
    .array(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('built'), signer: text, by: text, manifest: digest.optional() }),
        z.object({ kind: z.literal('refused'), signer: text, code: text, detail: text }),
      ]),
    )
    .optional()
    .describe('with --provenance: what each signer said of the build'),
});
