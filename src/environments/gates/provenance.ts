import { z } from 'zod';
import { type AcceptedSigner, isOneSigner, normaliseAccepted, signerSchema } from '../accepted-signers.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { imageName } from '../text.ts';
import { type NameMatch, nameSchema, normaliseName } from '../trusted-source.ts';
import type { GateSetting } from './setting.ts';

/** What the build of a source image must be, as signed provenance says; signer and builder belong together. */
export interface AcceptedProvenance {
  readonly accepted: AcceptedSigner;
  /** The images that it is accepted for; empty: all. */
  readonly images: readonly string[];
  readonly builder: NameMatch;
  readonly source?: NameMatch | undefined;
  readonly ref?: NameMatch | undefined;
  readonly workflow?: NameMatch | undefined;
  readonly buildType?: NameMatch | undefined;
  readonly trigger?: NameMatch | undefined;
  /** The level of SLSA's build track that this pair of signer and builder stands for. */
  readonly level?: number | undefined;
}

const one = signerSchema
  .extend({
    builder: nameSchema.describe("The builder's id, or a pattern of it."),
    source: nameSchema.exactOptional().describe('The source repository, or a pattern of it.'),
    ref: nameSchema.exactOptional().describe('The ref that was built: refs/heads/main, or a pattern.'),
    workflow: nameSchema.exactOptional().describe("The workflow's path, or a pattern of it."),
    buildType: nameSchema.exactOptional().describe('The type of the build, or a pattern of it.'),
    trigger: nameSchema
      .exactOptional()
      .describe('What started the build, as the certificate names it; default: no pull request.'),
    level: z
      .literal([1, 2, 3])
      .exactOptional()
      .describe(
        "The level of SLSA's build track that this signer and builder stand for, in verification summaries.",
      ),
    images: z
      .array(imageName)
      .min(1)
      .exactOptional()
      .describe('The images it is accepted for; default: all.'),
  })
  .refine(isOneSigner, 'provenance is signed by a `key`, or else `keyless`');

const schema = z.union([one, z.array(one).min(1)]);

/** The setting of the provenance gate: of several entries for an image, one suffices. */
export const provenance: GateSetting<typeof schema, readonly AcceptedProvenance[]> = {
  description: 'How the source image must have been built, by signed SLSA provenance.',
  schema,
  normalise: written =>
    [written].flat().flatMap(entry => {
      const { builder, source, ref, workflow, buildType, trigger, level, images = [], ...signer } = entry;
      const match = (name: typeof source) => (name === undefined ? undefined : normaliseName(name));
      return normaliseAccepted(signer).map(accepted => ({
        accepted,
        images,
        builder: normaliseName(builder),
        source: match(source),
        ref: match(ref),
        workflow: match(workflow),
        buildType: match(buildType),
        trigger: match(trigger),
        level,
      }));
    }),
  issues: ({ written, path, imageNames }) =>
    (Array.isArray(written)
      ? written.map((entry, index) => ({ entry, at: [...path, index] }))
      : [{ entry: written, at: path }]
    ).flatMap(({ entry: { key, trigger, images = [] }, at }) => [
      ...images.flatMap((image, index) => {
        if (imageNames.has(image)) return [];
        const message = `there is no image ${JSON.stringify(image)}`;
        const hint = () => suggest(image, [...imageNames]);
        return [{ path: [...at, 'images', index], at: 'value', message, hint } as const];
      }),
      ...(key === undefined || trigger === undefined
        ? []
        : [
            {
              path: [...at, 'trigger'],
              at: 'key',
              message: 'only a certificate names what started the build',
              hint: 'use `keyless`, or leave `trigger` out',
            } as const,
          ]),
    ]),
};
