import { z } from 'zod';
import { refresh } from './changes.ts';
import { digest, text } from './parts.ts';

/** `promote mirror` */
export const mirror = z.object({
  planned: z.boolean().describe('true: nothing was written'),
  mirrors: z.array(
    z.object({
      name: text,
      from: text,
      to: text,
      verified: z.boolean().describe('false: no signature is asked for'),
      unlisted: z
        .object({ kind: z.enum(['failed', 'waiting']), reason: text })
        .nullable()
        .describe('why newer tags are not known this time'),
      tags: z.array(
        z.object({
          tag: text,
          kind: z
            .enum([
              'current',
              'copy',
              'complete',
              'evidence',
              'move',
              'left',
              'gone',
              'unsigned',
              'waiting',
              'failed',
            ])
            .describe('what was written, or why nothing was'),
          digest: digest.nullable().describe("what the origin's tag names"),
          kept: digest.nullable().describe("what the mirror's tag names, if that is another digest"),
          formerTag: text.nullable().describe('the tag that what was moved from has now'),
          signedBy: text.nullable(),
          reason: text.nullable(),
        }),
      ),
    }),
  ),
  repositories: refresh.shape.repositories.describe('where files are changed to name the copies'),
});
