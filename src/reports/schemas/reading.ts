import { z } from 'zod';
import {
  approval,
  base,
  count,
  digest,
  error,
  finding,
  heldPin,
  hold,
  mention,
  sources,
  text,
  texts,
  time,
  unread,
} from './parts.ts';
import { apply } from './promotions.ts';

/** `promote check` */
export const check = z.object({
  file: text,
  findings: z.array(finding).describe('the worst first'),
});

/** `promote gate` */
export const gate = z.object({
  state: z
    .enum(['success', 'failure', 'pending', 'ours'])
    .describe('ours: a branch of promote itself, which apply answers for'),
  subject: text,
  commit: text.describe('the commit that has the status'),
  reason: text,
  changes: z.array(
    z.object({
      environment: text,
      kind: z.enum(['pin', 'mention', 'ignored', 'hold', 'file']),
      file: text,
      what: text,
    }),
  ),
  notices: texts,
});

/** `promote status` */
export const status = z.object({
  images: z.array(
    z.object({
      image: text,
      cells: z
        .array(
          z.object({
            environment: text,
            pinned: z.array(z.object({ tag: text.optional(), digest: digest.optional() })),
            relation: z
              .enum(['entry', 'same', 'behind', 'tag', 'unknown', 'none', 'unread'])
              .describe('compared with the environment that it takes from'),
          }),
        )
        .describe('one for each environment'),
    }),
  ),
  holds: z.array(hold).describe('that apply now'),
  unreadable: texts.describe('why holds could not be read'),
  unread: z.array(z.object({ environment: text, ...unread.shape })),
  mentions: z
    .array(z.object({ ...mention.shape, hint: text }))
    .describe('places outside of pins that name a known image'),
  pinnedWhileHeld: z.array(heldPin),
  failures: z
    .array(z.object({ environment: text, ...error.shape }))
    .describe('environments that could not be read'),
});

const pinState = z
  .object({
    value: text,
    repository: text.optional(),
    tag: text.optional(),
    digest: digest.optional(),
    form: text.optional(),
  })
  .meta({ id: 'pinState' });

/** `promote history` */
export const history = z.object({
  environment: text,
  events: z
    .array(
      z.object({
        commit: text,
        date: time,
        author: text,
        subject: text,
        plan: digest.nullable().describe('from the commit message: for display only'),
        requestedBy: text.nullable().describe('from the commit message: for display only'),
        tickets: texts.describe('from the commit message: for display only'),
        unreadable: texts.describe('files that could not be read'),
        images: z.array(
          z.object({
            image: text,
            kind: z.enum(['promotion', 'rollback', 'edit']),
            before: z.array(pinState),
            after: z.array(pinState),
            pins: z.array(z.object({ file: text, locator: text })),
            record: z
              .object({
                kind: z.enum(['promotion', 'rollback']),
                image: text,
                digest,
                from: text,
                plan: digest,
                approvals: texts,
                approvedAt: time.optional(),
                verdicts: z
                  .array(z.object({ gate: text, kind: z.enum(['open', 'waiting', 'closed']), reason: text }))
                  .describe('of the gates, when it was carried out'),
                pullRequestUrl: text.optional(),
                runUrl: text.optional(),
                time,
              })
              .nullable()
              .describe('our signed record of it'),
          }),
        ),
      }),
    )
    .describe('newest first'),
  unreadRecords: texts.optional().describe('why records could not be read'),
  unreadHolds: text
    .optional()
    .describe('why holds could not be read; then only what a commit says makes it a promotion'),
});

const checked = z
  .object({
    state: z.enum(['good', 'old', 'bad', 'unasked']),
    summary: text,
    problems: texts,
  })
  .meta({ id: 'checked' });

/** `promote verify <environment>` */
export const verifyEnvironment = z.object({
  environment: text,
  base,
  sound: z.boolean().describe('all is known, and nothing is wrong'),
  targets: z.array(
    z.object({
      image: text,
      digest,
      repository: text,
      pins: texts.describe('file:line of each pin'),
      checks: z.object({
        image: checked,
        signature: checked,
        record: checked,
        evidence: checked,
        tags: checked,
      }),
      sound: z.boolean(),
      failure: text.optional().describe('why it could not be looked at'),
    }),
  ),
  undigested: z.array(z.object({ image: text, pin: text })).describe('pins without a digest'),
  unproven: z
    .array(z.object({ image: text, pin: text, reason: text }))
    .describe('pins by a tag alone whose digest our records do not name'),
  mentions: z.array(mention),
  pinnedWhileHeld: z.array(heldPin),
  unreadable: texts.describe('why holds could not be read'),
  unread: z.array(unread),
  former: z
    .array(
      z.object({
        image: text,
        repository: text,
        digest: digest.nullable().describe('null where a tag alone named it'),
        tags: texts,
        kind: z.enum(['complete', 'missing', 'lost', 'undigested', 'unread']),
        reason: text.nullable(),
        from: text.nullable().describe('the repository that has what the backup lacks'),
      }),
    )
    .nullable()
    .describe('with --registry backup: the images that a rollback may want'),
  repair: apply.nullable().describe('what --repair did'),
});

const record = z
  .object({
    kind: z.enum(['promotion', 'rollback']),
    environment: z.object({ from: text, to: text, sources: sources.optional() }),
    source: text,
    target: z.object({ repository: text, tags: texts }),
    digest,
    planDigest: digest,
    environmentsHash: digest,
    approvals: z.array(approval),
    verdicts: z.array(
      z.object({
        gate: text,
        kind: z.enum(['open', 'waiting', 'closed']),
        reason: text,
        evidence: z.array(digest).optional(),
      }),
    ),
    base,
    pullRequestUrl: text.optional(),
    runUrl: text.optional(),
    requestedBy: text.optional(),
    time,
  })
  .meta({ id: 'record' });

/** `promote inspect` */
export const inspect = z.object({
  reference: text,
  digest,
  mediaType: text,
  platforms: z.array(
    z.object({
      platform: text,
      digest,
      layers: count,
      size: count.describe('bytes of config and layers, as they are stored'),
    }),
  ),
  attachments: z
    .array(
      z.object({
        kind: z.enum(['signature', 'record', 'attestation', 'sbom', 'other', 'unreadable']),
        subject: digest.describe('what it is attached to'),
        digest,
        tag: text.optional(),
        type: text,
        by: text.optional(),
        time: time.optional(),
        logIndex: text.optional(),
        record: record.optional(),
      }),
    )
    .describe('as they speak for themselves: verify says whether they count'),
  notices: texts,
});
