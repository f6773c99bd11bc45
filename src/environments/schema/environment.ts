import { z } from 'zod';
import { gatesSchema } from '../gates/gates.ts';
import { fileGlob, glob, keyPath, pinForm, tagTemplate, text } from '../text.ts';
import { commitsSchema } from './commits.ts';
import { environmentDeploymentsSchema } from './deployments.ts';
import { pullRequestSchema } from './pull-request.ts';
import { rollbackSchema } from './rollback.ts';
import { signingSchema } from './signing.ts';

const NAMES_NONE = 'expected at least one glob without !';

const registryEntry = z.strictObject({
  push: text.describe('Where images are copied to: host/path, host/{image}-suffix, or oci:path.'),
  pull: text.exactOptional().describe('What deployment files name, where that differs from push.'),
  files: z
    .array(fileGlob)
    .min(1)
    .refine(namesSome, NAMES_NONE)
    .exactOptional()
    .describe("The deployment files pinned to this registry; default: those of no other entry's."),
});

const place = z.strictObject({
  path: glob.describe('Glob of files that several environments share.'),
  at: keyPath.describe(
    'Keys to the part that is this environment\'s, as in a pin rule: "elements[env=production]"; exactly one in a file.',
  ),
});

const registry = z.union([text, registryEntry, z.array(registryEntry).min(1)]);

const tag = z.union([
  tagTemplate,
  z.strictObject({
    name: tagTemplate.describe('The tag, with placeholders.'),
    moves: z.boolean().exactOptional().describe('Whether the tag may change its digest; default: false.'),
    preReleases: z
      .boolean()
      .exactOptional()
      .describe(
        'Whether a pre-release moves it too, where it follows releases: latest, {major}.{minor}; default: false.',
      ),
    platforms: z
      .literal('each')
      .exactOptional()
      .describe(
        'One tag for each platform of the image, by {arch} and {os}; for clients that know no index.',
      ),
  }),
]);

const sources = z.array(text).min(1);

/** One entry of `environments`. */
export const environmentSchema = z.strictObject({
  from: z
    .union([
      text,
      sources,
      z.strictObject({ all: sources.describe('Environments that all have to pin the digest.') }),
      z.strictObject({ any: sources.describe('Environments of which one has to have it open.') }),
    ])
    .describe('Where images come from: build, the environment before this one, or several (all, any).'),
  registry: registry.describe('Where images are copied to; several entries: to each.'),
  backup: text
    .exactOptional()
    .describe('A further registry that keeps what is promoted complete; no deployment file has to name it.'),
  files: z
    .array(z.union([fileGlob, place]))
    .min(1)
    .refine(namesSome, NAMES_NONE)
    .describe(
      'Globs of the deployment files, with ! of those to leave out; a file belongs to one environment, unless each ' +
        'names its place in it with `at`.',
    ),
  exclude: z
    .array(glob)
    .exactOptional()
    .describe('Globs of files that are none of the deployment files, whatever `files` says.'),
  commit: z
    .enum(['direct', 'pull-request'])
    .exactOptional()
    .describe('How pins are changed; default: pull-request.'),
  pin: pinForm
    .exactOptional()
    .describe(
      'How pins are written: with the digest (default), by the tag or the version alone, or with the digest on the ' +
        'repository.',
    ),
  addImages: z
    .boolean()
    .exactOptional()
    .describe(
      'Whether a kustomization gets entries of `images` for what a base pins that others build on too; default: false.',
    ),
  tags: z
    .array(tag)
    .exactOptional()
    .describe(
      'Tags to set, from {image} {tag} {version} {major} {minor} {patch} {environment} {digest12}; ' +
        'default: ["{tag}"].',
    ),
  deployments: environmentDeploymentsSchema
    .exactOptional()
    .describe(
      "The repository of this environment's files; a branch alone changes only that. `true`: the forge records what is pinned.",
    ),
  commits: commitsSchema.exactOptional().describe('In place of the same keys of the whole file.'),
  signing: signingSchema.exactOptional().describe('In place of the signing of the whole file.'),
  pullRequest: pullRequestSchema.exactOptional().describe('How pull requests are made.'),
  gates: gatesSchema.exactOptional().describe('Conditions on a promotion into this environment.'),
  rollback: rollbackSchema.exactOptional().describe('What differs for a rollback.'),
});

function namesSome(globs: readonly (string | object)[]): boolean {
  return globs.some(written => typeof written !== 'string' || !written.startsWith('!'));
}
