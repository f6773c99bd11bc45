import { z } from 'zod';
import { groupName, text } from '../text.ts';

const titleTemplate = z
  .string()
  .min(1)
  .max(200)
  .regex(
    /^(?:[^{}\n]|\{(?:environment|group|images|summary|tickets)\})+$/,
    'one line of text with the placeholders {environment}, {group}, {images}, {summary} and {tickets}',
  );

/** GitHub allows 65,536 characters in a body; promote's text takes 58,000, less the template's length. */
const LONGEST = 2000;
/** Each may be filled with 200 characters, escaped. */
const MOST_PLACEHOLDERS = 20;
const OWN_MARK = 'text without <!-- promote, which marks what promote writes';

const bodyTemplate = z
  .string()
  .max(LONGEST)
  .regex(
    /^(?:[^{}]|\{(?:environment|group|images|summary|content|tickets)\})+$/,
    'text with the placeholders {content}, {environment}, {group}, {images}, {summary} and {tickets}',
  )
  .refine(
    template => template.split('{content}').length === 2,
    'a text with {content} once: what reviewers have to see',
  )
  .refine(
    template => (template.match(/\{/g) ?? []).length <= MOST_PLACEHOLDERS,
    `a text with at most ${MOST_PLACEHOLDERS} placeholders`,
  )
  .refine(isFree, OWN_MARK);

const notesTemplate = z
  .string()
  .max(LONGEST)
  .regex(
    /^(?:[^{}]|\{(?:environment|group)\})+$/,
    'text with the placeholders {environment} and {group}; what changes later belongs into body',
  )
  .refine(isFree, OWN_MARK);

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
  stateLabels: z
    .boolean()
    .exactOptional()
    .describe(
      'Whether a label says how far it is: "promote: waiting", "promote: ready" or "promote: blocked"; default: false.',
    ),
  reviewers: z.array(text).exactOptional().describe('Users, or teams as organisation/team, to ask.'),
  assignees: z.array(text).exactOptional().describe('Users to assign.'),
  draft: z.boolean().exactOptional().describe('Whether it is opened as a draft; default: false.'),
  title: titleTemplate
    .exactOptional()
    .describe('Its title, from {environment} {group} {images} {summary} {tickets}; default: "{summary}".'),
  body: bodyTemplate
    .exactOptional()
    .describe(
      'Its text, from {content} {environment} {group} {images} {summary} {tickets}; {content} is what promote says. Default: "{content}".',
    ),
  notes: notesTemplate
    .exactOptional()
    .describe(
      'What its text ends with when it is opened, from {environment} and {group}: the part that people write from then on.',
    ),
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

function isFree(template: string): boolean {
  return !/<!--\s*promote/i.test(template);
}
