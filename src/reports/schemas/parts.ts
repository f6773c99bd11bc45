import { z } from 'zod';

/** A value of the schema, as the reports build it. */
export type Json<S extends z.ZodType> = Frozen<z.input<S>>;

type Frozen<T> = T extends readonly (infer E)[]
  ? readonly Frozen<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

/** Text without a meaning to programs. */
export const text = z.string();
export const texts = z.array(text);
export const digest = z
  .string()
  .regex(/^sha(256|512):[0-9a-f]+$/)
  .meta({ id: 'digest' });
export const count = z.number().int().min(0);
export const time = z.string().describe('ISO 8601');

export const error = z
  .object({
    code: z.string().describe('one of the codes that the page on troubleshooting explains'),
    message: text,
    hint: text.nullable().describe('what to do next'),
  })
  .meta({ id: 'error' });

export const base = z
  .object({
    repository: text.describe('the deployment repository, without credentials'),
    branch: text,
    commit: text.describe('everything was read at this commit'),
  })
  .meta({ id: 'base' });

const pullRequest = z.object({ number: count, url: text }).meta({ id: 'pullRequest' });

export const pins = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('unchanged'),
      mergedEarly: pullRequest.optional().describe('merged while something was missing at its targets'),
    }),
    z.object({
      kind: z.enum(['committed', 'proposed', 'awaiting', 'merged']),
      branch: text,
      commit: text,
      pullRequest: pullRequest.optional(),
      note: text.optional(),
    }),
    z.object({
      kind: z.literal('declined'),
      pullRequest,
      by: text.optional(),
      hint: text.optional(),
    }),
    z.object({ kind: z.literal('closed'), pullRequest, reason: text.optional() }),
    z.object({ kind: z.literal('stopped'), reason: text, branch: text, pullRequest: pullRequest.optional() }),
  ])
  .meta({ id: 'pins' });

const person = { name: text, id: text };

export const approval = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('stated'), name: text, authenticated: z.literal(false) }),
    z.object({
      kind: z.literal('review'),
      ...person,
      at: time,
      url: text,
      commit: text,
      authenticated: z.literal(true),
    }),
    z.object({
      kind: z.literal('comment'),
      ...person,
      at: time,
      url: text,
      authenticated: z.literal(true),
    }),
    z.object({
      kind: z.literal('environment'),
      ...person,
      environment: text,
      url: text.optional(),
      authenticated: z.literal(true),
    }),
    z.object({
      kind: z.literal('signature'),
      ...person,
      at: time.describe('when it was signed, as the signer says'),
      expires: time,
      manifest: digest.optional().describe('the manifest that attaches it'),
      authenticated: z.literal(true),
    }),
  ])
  .meta({ id: 'approval' });

const evidence = z.array(digest).describe('the digests of what it was read from');

export const verdict = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('open'),
      gate: text,
      reason: text,
      approvals: z.array(approval).optional(),
      evidence: evidence.optional(),
      closesAt: time.optional().describe('when it closes by itself'),
    }),
    z.object({
      kind: z.enum(['waiting', 'closed']).describe('waiting may open with time or by a person'),
      gate: text,
      reason: text,
      hint: text,
      opensIn: text.optional().describe('how long until it opens by itself'),
      approvals: z.array(approval).optional(),
      evidence: evidence.optional(),
    }),
  ])
  .meta({ id: 'verdict' });

/** Several sources, as the environments file writes them. */
export const sources = z.union([z.object({ all: texts }), z.object({ any: texts })]).meta({ id: 'sources' });

export const hold = z
  .object({
    environment: text,
    image: text,
    digest: z.union([digest, z.literal('all')]),
    reason: text,
    by: text,
    since: time,
    until: text.optional().describe('the last day, or the time it ends'),
    lifted: z.object({ by: text, since: time }).optional().describe('who released it'),
  })
  .meta({ id: 'hold' });

export const unread = z.object({ file: text, reason: text });

export const heldPin = z
  .object({
    environment: text,
    image: text,
    digest,
    pins: texts.describe('file:line of each pin'),
    hint: text,
  })
  .meta({ id: 'heldPin' });

export const mention = z
  .object({
    image: text,
    file: text,
    line: count,
    column: count,
    text,
  })
  .meta({ id: 'mention' });

/** A finding of `promote check`. */
export const finding = z.object({
  severity: z.enum(['error', 'warning', 'note']),
  subject: text.describe('an environment, a key of the file, a registry, a repository or a program'),
  message: text,
  hint: text.optional(),
  ok: z.literal(true).optional().describe('it says what is as it should be'),
  unchecked: z.literal(true).optional().describe('it says what was not looked at'),
  gate: z.literal('hold').optional().describe('the gate that says the same of a promotion'),
  rule: text.optional().describe('the rule of --lint that says so'),
  place: z.object({ file: text, line: count, column: count }).optional(),
});
