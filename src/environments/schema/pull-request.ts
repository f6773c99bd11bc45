import { z } from 'zod';
import { groupName, text } from '../text.ts';

const titleTemplate = z
  .string()
  .min(1)
  .max(200)
  .regex(
    /^(?:[^{}\n]|\{(?:environment|group|images|summary)\})+$/,
    'one line of text with the placeholders {environment}, {group}, {images} and {summary}',
  );

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
  assignees: z.array(text).exactOptional().describe('Users to assign.'),
  draft: z.boolean().exactOptional().describe('Whether it is opened as a draft; default: false.'),
  title: titleTemplate
    .exactOptional()
    .describe('Its title, from {environment} {group} {images} {summary}; default: "{summary}".'),
  merge: z.enum(['manual', 'automatic']).exactOptional().describe('Who merges; default: manual.'),
  method: z
    .enum(['merge', 'squash', 'rebase'])
    .exactOptional()
    .describe('How an automatic merge is made; default: merge.'),
  deleteBranch: z
    .boolean()
    .exactOptional()
    .describe('Whether an automatic merge deletes the branch afterwards; default: false.'),
});
