import { z } from 'zod';
import { glob, keyPath, repository, repositoryPath } from '../text.ts';

const pinRule = z.strictObject({
  files: glob.describe('Glob of the deployment files the rule is for.'),
  path: keyPath.describe('Keys from the document\'s root, joined by dots: "image.tag".'),
  kind: z.enum(['tag', 'digest', 'reference']).describe('What stands at that place.'),
});

/** One entry of `images`. */
export const imageSchema = z.strictObject({
  source: repository
    .exactOptional()
    .describe('The repository builds are pushed to; an environment fed by builds takes only from here.'),
  repository: repositoryPath
    .exactOptional()
    .describe("The path under each environment's registry; default: the image's name."),
  pins: z
    .array(pinRule)
    .exactOptional()
    .describe('Where the image is pinned in files that do not name its repository.'),
});
