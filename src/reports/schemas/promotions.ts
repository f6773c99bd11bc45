import { z } from 'zod';
import { base, count, digest, error, hold, pins, sources, text, texts, verdict } from './parts.ts';

const decision = z
  .object({
    kind: z.enum(['promotion', 'rollback', 'hold']),
    repository: text,
    branch: text,
    environment: text,
    from: sources.optional().describe('its sources, where there are several'),
    group: text,
    policy: digest.describe('hash of what decides about the group'),
    promotions: z.array(
      z.object({
        image: text,
        policy: digest.describe('hash of what decides about this image alone'),
        source: text.describe('what is copied: repository@digest'),
        digest,
        targets: z.array(
          z.object({
            repository: text,
            tags: z.array(
              z.object({
                name: text,
                moves: z.boolean(),
                digest: digest.optional().describe('the manifest of a platform; absent: the image'),
              }),
            ),
          }),
        ),
        edits: z.array(z.object({ file: text, locator: text, old: text, new: text })),
      }),
    ),
    digest: digest.describe('names the decision; approvals and records refer to it'),
  })
  .meta({ id: 'decision' });

const state = z.enum(['ready', 'nothing', 'waiting', 'closed', 'failed', 'done', 'declined']);

const group = z
  .object({
    group: text,
    state,
    plan: decision.nullable(),
    verdicts: z.array(verdict).describe('of the gates on the whole group'),
    images: z.array(
      z.object({
        image: text,
        digest: digest.nullable(),
        source: text.nullable().describe('the pin or build that names it'),
        verdicts: z.array(verdict),
        notices: texts,
        verified: z
          .boolean()
          .nullable()
          .describe(
            'whether signature and record of a promoted image were verified; false: only the list of referrers was read; null: nothing is there',
          ),
        error: error.nullable(),
      }),
    ),
  })
  .meta({ id: 'group' });

const result = z
  .union([
    z.object({ copied: count, present: count, pins }),
    z.object({
      copied: count,
      present: count,
      images: texts.describe("the shard's images: at their targets, and neither tagged nor pinned yet"),
      shard: z.object({ index: count, count }),
    }),
    z.object({ pins }),
  ])
  .nullable()
  .meta({ id: 'result', description: 'what was done; null: nothing was' });

export const groupResult = z
  .object({ ...group.shape, result, error: error.nullable() })
  .meta({ id: 'groupResult' });

const absent = z
  .array(z.object({ image: text, reason: text }))
  .describe('images that nothing pins or builds');

export const lateEvidence = z
  .array(
    z.object({
      image: text,
      source: text,
      target: text,
      digest,
      state: z.enum(['due', 'copied', 'withheld', 'unknown', 'failed']),
      pieces: count.nullable().describe('how many the target lacks; null: not known'),
      reason: text.nullable().describe('why it is withheld'),
      error: error.nullable(),
    }),
  )
  .describe('evidence that came to the source of a promoted image after its promotion');

const forecast = z
  .object({
    images: count,
    bytes: count.describe('bytes that are not at their targets yet'),
    pace: z.object({ latency: count.describe('milliseconds of a request'), bytesPerSecond: count }),
    requests: z.array(z.object({ registry: text, requests: count, ending: count })),
    forgeRequests: count,
    times: z.array(z.object({ shards: count, seconds: count, ending: count.describe('of the last run') })),
    limits: z.array(z.object({ kind: z.enum(['exceeded', 'kept', 'unknown']), text })),
  })
  .meta({ id: 'forecast' });

/** `promote plan` */
export const plan = z.object({
  environment: text,
  base,
  groups: z.array(group),
  absent,
  diff: text.describe('unified; empty where no file changes'),
  requests: z.record(z.string(), count).describe('about how many requests apply makes, by registry'),
  evidence: lateEvidence,
  evidenceSearched: z.boolean().describe('whether newer evidence of promoted images was looked for'),
  unreadable: z
    .array(z.object({ image: text, error: error.nullable() }))
    .describe('images whose cost is not known'),
  forecast: forecast.optional().describe('with --forecast'),
  stop: hold.nullable().describe('what stops everything; null: nothing does'),
});

/** `promote apply` */
export const apply = z.object({
  environment: text,
  state: z.enum(['done', 'waiting', 'closed', 'failed', 'nothing']).describe('the worst of the groups'),
  base,
  groups: z.array(groupResult),
  evidence: lateEvidence,
  absent,
});

/** `promote rollback` */
export const rollback = z.object({
  ...group.shape,
  environment: text,
  base,
  reverts: z.array(z.object({ commit: text, subject: text })),
  restores: z
    .array(z.object({ image: text, from: text, to: text }))
    .describe('images that are copied back, with --restore'),
  holds: z.array(hold).describe('holds that it sets'),
  result,
  others: z.array(groupResult).describe('promotions that were proposed beside it'),
});
