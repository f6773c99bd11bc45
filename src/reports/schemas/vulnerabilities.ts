import { z } from 'zod';
import { base, count, digest, error, text, texts, time } from './parts.ts';

const exception = z.object({
  id: text,
  image: text.optional(),
  package: text.optional(),
  until: text.describe('its last day, in UTC'),
  reason: text,
  owner: text,
});

const cure = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('image').describe('an image that another environment pins, or the newest build'),
    where: text.describe('the environment, or `build`'),
    tag: text.nullable(),
    digest,
    fresh: count.nullable().describe('how many it has that this one has not; null where not compared'),
    unknown: text.optional().describe('why the two were not compared'),
  }),
  z.object({
    kind: z.literal('base').describe('a rebuild on what the tag of its base names now'),
    base: text,
    digest,
  }),
]);

const finding = z.object({
  id: text,
  aliases: texts,
  severity: z.enum(['negligible', 'low', 'medium', 'high', 'critical', 'unknown']),
  exploited: z.boolean(),
  epss: z.number().nullable(),
  package: z.object({ name: text, version: text }),
  fixable: z.enum(['yes', 'no', 'unknown']),
  fixedIn: texts,
  since: time.nullable().describe('since when the pinned image is known to have it'),
  state: z
    .enum(['open', 'exception', 'vex', 'passed'])
    .describe('open: the gate would not let it through; passed: it does'),
  exception: exception.optional(),
  platforms: z.array(digest),
  curedBy: z
    .array(z.object({ cure: count.describe('the index in `cures`'), certain: z.boolean() }))
    .describe('what takes it away; not certain: it changes what has it, and nobody has looked'),
});

/** `promote vulnerabilities` */
export const vulnerabilities = z.object({
  complete: z.boolean().describe('false: something could not be read, so more may be wrong'),
  healthy: z.boolean().describe('all was scanned, and nothing is above what the gates let through'),
  issues: z
    .array(
      z.object({
        repository: text,
        outcome: z
          .enum(['opened', 'updated', 'reopened', 'closed', 'unchanged', 'left', 'none'])
          .describe('left: not touched, since something did not answer; none: none is needed'),
        url: text.nullable(),
      }),
    )
    .optional()
    .describe('of --open-issue: one for each deployment repository'),
  environments: z.array(
    z.object({
      name: text,
      judged: z.boolean().describe('false: it has no gate `vulnerabilities`, so no report counts'),
      max: text.nullable().describe('the gravest severity let through'),
      exploitedKnown: z.boolean().describe('whether a list says what is exploited'),
      base: base.nullable(),
      images: z.array(
        z.object({
          image: text,
          digest,
          tag: text.nullable(),
          pins: texts.describe('file:line of each pin'),
          pinnedSince: time.nullable(),
          state: z.enum(['scanned', 'unscanned', 'unread']),
          gaps: texts.describe('why it is not all known'),
          reports: z.array(z.object({ scanner: text, time: time.nullable() })),
          vulnerabilities: z.array(finding),
          endedExceptions: z.array(exception),
          cures: z.array(cure),
          baseUnknown: text.optional().describe('why it is not known whether a newer base is there'),
        }),
      ),
      failures: z.array(error),
    }),
  ),
});
