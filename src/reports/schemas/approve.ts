import { z } from 'zod';
import { digest, text, texts, time } from './parts.ts';

export const approve = z.object({
  file: text.optional().describe('where the approvals were written, one bundle a line'),
  approvals: z.array(
    z.object({
      environment: text,
      group: text,
      kind: z.enum(['promotion', 'rollback']),
      planDigest: digest,
      name: text.describe('who approved, as the entry in signers is named'),
      id: text.describe("the key's digest, or the identity in the certificate"),
      time,
      expires: time,
      members: z.array(
        z.object({
          image: text,
          digest,
          pinnedBy: text.nullable().describe('the commit that pinned what is pinned now'),
        }),
      ),
      attached: texts.describe('the images that carry it'),
      changed: z.boolean(),
    }),
  ),
});
