import { z } from 'zod';
import { groupName, text } from './text.ts';

/** How pull requests are made. */
export const pullRequestSchema = z.strictObject({
  group: z
    .union([z.enum(['image', 'environment']), z.record(groupName, z.array(text).min(1))])
    .exactOptional()
    .describe(
      'Which promotions belong together: each image, the whole environment, or named groups of images. ' +
        'Default: image where builds are taken, environment elsewhere.',
    ),
  supersede: z
    .enum(['unapproved', 'always'])
    .exactOptional()
    .describe('Whether newer digests replace those of an open, approved pull request; default: unapproved.'),
  labels: z.array(text).exactOptional().describe('Labels to set.'),
  reviewers: z.array(text).exactOptional().describe('Users, or teams as organisation/team, to ask.'),
  merge: z.enum(['manual', 'automatic']).exactOptional().describe('Who merges; default: manual.'),
});
