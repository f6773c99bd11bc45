import { z } from 'zod';
import { count, digest, error, text, texts } from './parts.ts';

/** `promote keep` */
export const keep = z.object({
  last: count.describe('how many changes of an environment may be rolled back'),
  complete: z.boolean().describe('false: something could not be read, so more may be needed'),
  images: z.array(
    z.object({
      image: text,
      repository: text,
      digest: digest.nullable().describe('null where a tag alone names it'),
      needs: z.array(
        z.object({
          environment: text,
          why: z.enum(['pinned', 'former', 'proposed']),
          where: text.optional().describe('the commit, or the address of the proposal'),
        }),
      ),
      state: z.enum(['kept', 'absent', 'unread']),
      manifests: z
        .array(z.object({ digest, kind: z.enum(['image', 'platform', 'evidence']) }))
        .describe('every digest that has to stay'),
      tags: texts.describe('every tag that has to stay'),
      error: error.optional(),
    }),
  ),
  failures: z.array(z.object({ environment: text, ...error.shape })),
  stillNeeded: z
    .array(z.object({ digest, image: text, repository: text }))
    .nullable()
    .describe('of the digests of --check; null without it'),
});
