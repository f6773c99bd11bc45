import { z } from 'zod';
import { count, digest, pins, text, texts, time } from './parts.ts';

/** `promote hold` and `promote lift`: the keys of a pins outcome, with the environment and image. */
export const holds = pins.options.map(outcome =>
  z.object({ environment: text, image: text, ...outcome.shape }),
);

/** `promote copy`, `promote sign` and `promote report` */
export const image = z.object({
  verb: z.enum(['copied', 'signed', 'attached']),
  changed: z.boolean().describe('false: it was there already'),
  reference: text,
  digest,
  evidence: count.optional().describe('pieces of evidence that the target has now'),
  evidenceFound: count.optional().describe('pieces of evidence that the source has'),
});

/** `promote index` */
export const index = z.object({
  changed: z.boolean().describe('false: it was there already'),
  reference: text,
  digest,
  images: z.array(z.object({ platform: text, digest, source: text })),
  evidence: count.describe('pieces of evidence that the target has now'),
  evidenceFound: count.describe('pieces of evidence that the images have at their sources'),
  left: z
    .array(z.object({ source: text, digest, evidence: count }))
    .describe("evidence of a source's own index, which the new index does not contain"),
});

/** `promote init` */
export const init = z.object({
  environments: z.array(
    z.object({
      name: text,
      registry: text,
      files: texts,
      images: texts,
      tags: z.record(z.string(), texts).describe('the tags that each image is pinned by'),
      pins: count,
    }),
  ),
  additions: z
    .record(z.string(), z.array(z.object({ repository: text, tag: text })))
    .describe('entries that a kustomization gets, by file'),
  left: z.array(z.object({ file: text, reason: text })).describe('files that are part of no environment'),
  met: z
    .array(z.object({ file: text, object: text, here: text, hasEqual: z.boolean() }))
    .describe('objects of Kargo, Flux and Argo CD Image Updater, and what does the same here'),
  doubts: texts.describe('what a person should look at first'),
  writes: texts.describe('files that are written'),
  next: texts.describe('what to type next'),
  adds: texts.optional().describe('with an environments file: what it gets'),
  byHand: texts.optional().describe('with an environments file: what has to be added to it by hand'),
});

const facts = z.object({
  created: time.nullable(),
  size: count,
  layers: count,
  platforms: texts,
  os: text.nullable(),
});

const packageChange = z.object({ name: text, from: text.optional(), to: text.optional() });
const packages = z.object({
  changed: z.array(packageChange),
  added: z.array(packageChange),
  removed: z.array(packageChange),
});

/** `promote refresh` */
export const refresh = z.object({
  repositories: z.array(
    z.object({
      repository: text,
      commit: text,
      current: count.describe('references that are up to date'),
      left: z
        .array(
          z.object({
            file: text,
            line: count,
            written: text,
            why: z.enum([
              'ignored',
              'internal',
              'unresolved',
              'unreadable',
              'left',
              'waiting',
              'unsigned',
              'failed',
            ]),
            reason: text,
          }),
        )
        .describe('references that stay, and why'),
      closed: z.array(z.object({ kind: z.enum(['closed', 'planned']), branch: text, url: text })),
      groups: z.array(
        z.object({
          name: text,
          plan: digest,
          outcome: z.object({
            kind: z.enum([
              'opened',
              'updated',
              'held',
              'declined',
              'foreign',
              'postponed',
              'moved',
              'merged',
              'failed',
              'planned',
            ]),
            branch: text,
            url: text.optional(),
            reason: text.optional(),
          }),
          images: z.array(
            z.object({
              image: text,
              from: z.object({ tag: text.optional(), digest: digest.optional() }),
              to: z.object({ tag: text, digest }),
              places: texts.describe('file:line'),
              before: facts.nullable(),
              after: facts.nullable(),
              platformsLost: texts,
              platformsGained: texts,
              packages: packages.nullable(),
              signature: z
                .union([
                  z.object({ kind: z.literal('verified'), by: text }),
                  z.object({ kind: z.enum(['unverified', 'none']) }),
                ])
                .nullable(),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** `promote refresh --deployed` */
export const deployed = z.object({
  images: z.array(
    z.object({
      environment: text,
      image: text,
      tag: text.optional(),
      reference: text,
      digest,
      standing: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('current'), base: text }),
        z.object({
          kind: z.literal('superseded'),
          base: text,
          from: digest.optional(),
          to: digest,
          since: time.optional(),
          os: z.object({ from: text, to: text }).optional(),
          packages: packages.optional(),
        }),
        z.object({ kind: z.literal('unknown'), reason: text }),
      ]),
    }),
  ),
});
