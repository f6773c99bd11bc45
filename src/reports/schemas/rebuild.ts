import { z } from 'zod';
import { count, digest, error, text, texts } from './parts.ts';

/** `promote rebuild` */
export const rebuild = z.object({
  images: z
    .array(
      z.object({
        image: text,
        base: text.describe('with its tag'),
        from: digest.optional().describe('what deployed images are built on, where it is known'),
        to: digest.describe('what the tag names now'),
        environments: texts.describe('the environments that pin the image on the superseded base'),
        outcome: z.discriminatedUnion('kind', [
          z.object({
            kind: z.enum(['started', 'running', 'succeeded', 'failed']),
            url: text.describe('the run'),
          }),
          z.object({
            kind: z.literal('built'),
            where: text.describe('an environment that pins a build on the newer base, or `build`'),
            tag: text.optional(),
          }),
          z.object({ kind: z.literal('sound').describe('no vulnerability over the limit asks for a build') }),
          z.object({
            kind: z
              .enum(['planned', 'postponed', 'unseen'])
              .describe(
                'planned: with --dry-run; postponed: over --limit; unseen: the forge accepted it, and shows no run',
              ),
            repository: text,
          }),
          z.object({
            kind: z
              .enum(['unknown', 'refused'])
              .describe('unknown: builds could not be looked for, so none was started'),
            repository: text,
            error,
          }),
        ]),
      }),
    )
    .describe('the pinned images on a superseded base, by image and base'),
  current: count.describe('pinned images whose base is up to date'),
  unknown: z
    .array(z.object({ environment: text, image: text, digest, reason: text }))
    .describe('pinned images whose base is not known'),
  unpinned: texts.describe('images with `rebuild` of which no digest is pinned'),
  without: texts.describe('images without `rebuild`, whose bases were not asked for'),
});
