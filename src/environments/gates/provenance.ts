import { z } from 'zod';
import { type AcceptedSigner, isOneSigner, normaliseAccepted, signerSchema } from '../accepted-signers.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { imageName, text } from '../text.ts';
import { type NameMatch, nameSchema, normaliseName } from '../trusted-source.ts';
import type { GateSetting } from './setting.ts';

/** The build that signed provenance must show for a source image; signer and builder belong together. */
export interface AcceptedProvenance {
  /** Absent: nobody has to sign it. */
  readonly accepted?: AcceptedSigner | undefined;
  /** The images that it is accepted for; empty: all. */
  readonly images: readonly string[];
  readonly builder: NameMatch;
  readonly source?: NameMatch | undefined;
  readonly ref?: NameMatch | undefined;
  readonly workflow?: NameMatch | undefined;
  readonly buildType?: NameMatch | undefined;
  readonly trigger?: NameMatch | undefined;
  /** By path; `*` stands for each parameter that is not named. */
  readonly parameters?: Readonly<Record<string, NameMatch>> | undefined;
  /** Whether each platform's manifest needs provenance, instead of the index. */
  readonly platforms?: true | undefined;
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
    parameters: z
      .record(text, nameSchema)
      .exactOptional()
      .describe('Every parameter of the build, by its path, or a pattern of it; "*" is for all others.'),
    platforms: z
      .boolean()
      .exactOptional()
      .describe(
        "Whether each platform's manifest must have provenance, in place of the index; default: false.",
      ),
    unsigned: z
      .literal('accepted')
      .exactOptional()
      .describe(
        'In place of key and keyless: what BuildKit wrote into the index counts, though nobody signs it.',
      ),
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
  .refine(
    entry => (entry.unsigned === undefined ? isOneSigner(entry) : !entry.key && !entry.keyless),
    'provenance is signed by a `key`, or else `keyless`, or else `unsigned: accepted`',
  );

const schema = z.union([one, z.array(one).min(1)]);

/** The setting of the provenance gate: of several entries for an image, one suffices. */
export const provenance: GateSetting<typeof schema, readonly AcceptedProvenance[]> = {
  description: 'How the source image must have been built, by signed SLSA provenance.',
  schema,
  normalise: written =>
    [written].flat().flatMap(entry => {
      const { builder, source, ref, workflow, buildType, trigger, level, images = [], ...more } = entry;
      const { parameters, platforms, unsigned, ...signer } = more;
      const match = (name: typeof source) => (name === undefined ? undefined : normaliseName(name));
      const signers = unsigned === undefined ? normaliseAccepted(signer) : [undefined];
      return signers.map(accepted => ({
        accepted,
        images,
        builder: normaliseName(builder),
        source: match(source),
        ref: match(ref),
        workflow: match(workflow),
        buildType: match(buildType),
        trigger: match(trigger),
        parameters:
          parameters &&
          Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, normaliseName(value)])),
        platforms: platforms === true ? true : undefined,
        level,
      }));
    }),
  issues: ({ written, path, imageNames }) =>
    (Array.isArray(written)
      ? written.map((entry, index) => ({ entry, at: [...path, index] }))
      : [{ entry: written, at: path }]
    ).flatMap(({ entry: { keyless, trigger, images = [] }, at }) => [
      ...images.flatMap((image, index) => {
        if (imageNames.has(image)) return [];
        const message = `there is no image ${JSON.stringify(image)}`;
        const hint = () => suggest(image, [...imageNames]);
        return [{ path: [...at, 'images', index], at: 'value', message, hint } as const];
      }),
      ...(keyless !== undefined || trigger === undefined
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
