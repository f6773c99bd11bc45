import { z } from 'zod';
import { glob, keyPath, linePattern, pinForm, repository, repositoryPath } from '../text.ts';
import { rebuildSchema } from './rebuild.ts';

const pinRule = z
  .strictObject({
    files: glob.describe('Glob of the deployment files the rule is for.'),
    path: keyPath
      .exactOptional()
      .describe(
        'Keys from the root, joined by dots: "image.tag". [0] is an index, [*] every entry, [name=api] those that ' +
          'hold it. It leads into YAML and JSON in a string too. For YAML, JSON, TOML, HCL and .env files.',
      ),
    pattern: linePattern
      .exactOptional()
      .describe('In any other file: a regular expression of RE2 whose one named group is the place.'),
    kind: z
      .enum(['reference', 'repository', 'tag', 'digest', 'version'])
      .describe('What is written at that place.'),
    pin: pinForm.exactOptional().describe("How it is written; default: as the image's pins."),
  })
  .refine(
    ({ path, pattern }) => (path === undefined) !== (pattern === undefined),
    'a rule needs a `path`, or else a `pattern`',
  );

/** One entry of `images`. */
export const imageSchema = z.strictObject({
  source: repository
    .exactOptional()
    .describe('The repository builds are pushed to; an environment fed by builds takes only from here.'),
  repository: repositoryPath
    .exactOptional()
    .describe("The path under each environment's registry; default: the image's name."),
  repositoryUrl: z
    .string()
    .regex(/^https:\/\/[\w.-]+(?::\d+)?\/[\w./-]+$/, 'https://host/owner/name')
    .exactOptional()
    .describe(
      "The address of its source repository, on the deployment repository's forge. Pull requests list the commits " +
        'between two builds from there; no other repository is read.',
    ),
  pins: z
    .array(pinRule)
    .exactOptional()
    .describe('Where the image is pinned in files that do not name its repository.'),
  pin: pinForm.exactOptional().describe("How its pins are written; default: as the environment's."),
  rebuild: rebuildSchema.exactOptional().describe('Where `promote rebuild` starts a build on a newer base.'),
});
