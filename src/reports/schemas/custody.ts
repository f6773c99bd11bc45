import { z } from 'zod';
import { digest, sources, text, texts, time } from './parts.ts';

const optional = text.optional();

const approval = z.object({
  kind: z.enum(['stated', 'review', 'comment', 'environment', 'signature']),
  name: text,
  authenticated: z.boolean(),
  id: optional,
  at: optional,
  url: optional,
  commit: optional,
  environment: optional,
  expires: optional,
  manifest: digest.optional(),
});

const record = z.object({
  kind: z.enum(['promotion', 'rollback']),
  environment: z.object({ from: text, to: text, sources: sources.optional() }),
  source: text,
  target: z.object({ repository: text, tags: texts }),
  digest,
  planDigest: digest,
  environmentsHash: digest.describe('of the policy that it was made under'),
  approvals: z.array(approval),
  verdicts: z.array(
    z.object({
      gate: text,
      kind: z.enum(['open', 'waiting', 'closed']),
      reason: text,
      evidence: z.array(digest).optional(),
    }),
  ),
  base: z.object({ repository: text, branch: text, commit: text }),
  pullRequestUrl: optional,
  runUrl: optional,
  requestedBy: optional,
  time,
});

/** `promote custody` */
export const custody = z.object({
  image: text,
  proven: z.boolean().describe('whether no chain has a gap'),
  chains: z.array(
    z.object({
      environment: text.describe('where the chain ends'),
      repository: text,
      digest,
      built: z
        .array(
          z.object({
            manifest: digest,
            builder: text,
            buildType: optional,
            source: optional,
            ref: optional,
            workflow: optional,
            by: text.optional().describe('who signed it, as the signature says of itself'),
            verified: z.boolean().describe("whether it is as the entry environment's gates ask"),
          }),
        )
        .describe('SLSA provenance that is attached'),
      steps: z.array(
        z.object({
          environment: text,
          record,
          manifest: digest.describe('attaches the record'),
          recordedBy: text,
          signedBy: text.optional().describe('who signed the image for the environment'),
          summary: z
            .object({ manifest: digest, levels: texts, policyUri: text })
            .optional()
            .describe('the SLSA verification summary of the promotion'),
        }),
      ),
      gaps: z.array(z.object({ environment: optional, code: text, detail: text })),
    }),
  ),
});
