import { z } from 'zod';
import { acceptedSignersSchema } from '../accepted-signers.ts';
import { repository } from '../text.ts';

const name = z
  .string()
  .max(63)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'a mirror is named with lower-case letters, digits and hyphens');

const tagName = z.string().regex(/^\w[\w.-]{0,127}$/, 'a tag, such as 22-alpine');

const tags = z.union([
  tagName,
  z.strictObject({
    since: tagName.describe('The oldest tag, such as 22.11.0-alpine; newer ones are of the same scheme.'),
    update: z
      .enum(['patch', 'minor', 'major'])
      .describe('How far newer tags go: patches of the same minor version, minor versions, or all.'),
    newest: z
      .int()
      .min(1)
      .max(1000)
      .exactOptional()
      .describe('How many of the newest, besides the oldest; default: all.'),
  }),
]);

/** The entries of `mirrors`. */
export const mirrorsSchema = z.array(
  z.strictObject({
    name: name.describe('What `promote mirror <name>` calls it.'),
    from: repository.describe('The repository that images are copied from, such as docker.io/library/node.'),
    to: repository.describe('The repository of yours that keeps the copies; nothing else is in it.'),
    tags: z.array(tags).min(1).describe('The tags to keep copies of; they have the same names in both.'),
    signature: acceptedSignersSchema('The repositories it is asked of; default: all.')
      .exactOptional()
      .describe('Whose signature an image must carry; of several, one suffices. Absent: none is asked for.'),
    moves: z
      .boolean()
      .exactOptional()
      .describe('Whether a tag follows one that moved at its origin; default: false.'),
    pins: z
      .boolean()
      .exactOptional()
      .describe('Whether pull requests let files name the copies, by digest; default: false.'),
  }),
);
