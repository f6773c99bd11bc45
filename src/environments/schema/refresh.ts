import { z } from 'zod';
import { rethrowDefect } from '../../errors.ts';
import { acceptedSignersSchema } from '../accepted-signers.ts';
import { parseCron } from '../cron.ts';
import { duration, glob, groupName, text } from '../text.ts';
import { pullRequestSchema } from './pull-request.ts';

const window = z.strictObject({
  cron: text
    .refine(written => parseCron(written) !== undefined, 'five cron fields, such as "* 0-6 * * MON-FRI"')
    .describe('The hours, as five cron fields whose minutes are all: "* 0-6 * * MON-FRI".'),
  timezone: text
    .refine(isTimezone, 'an IANA time zone, such as Europe/Berlin')
    .exactOptional()
    .describe('An IANA time zone; default: UTC.'),
});

/** How base images are moved to newer digests. */
export const refreshSchema = z.strictObject({
  include: z
    .array(glob)
    .exactOptional()
    .describe('Files to look for images in; default: all of a known kind, except what a CI runs.'),
  exclude: z.array(glob).exactOptional().describe('Files to leave alone.'),
  update: z
    .enum(['digest', 'patch', 'minor', 'major'])
    .exactOptional()
    .describe('How far to go: the digest of the same tag, or newer versions; default: digest.'),
  minimumAge: duration
    .exactOptional()
    .describe('How long ago an image must have been created; default: not asked.'),
  groups: z
    .record(groupName, z.array(text).min(1))
    .exactOptional()
    .describe('Repositories that are updated together, as names or globs; any other is a group of its own.'),
  schedule: z
    .union([window, z.array(window).min(1)])
    .exactOptional()
    .describe('When pull requests are opened; open ones are kept up to date always. Default: at any time.'),
  limit: z.int().min(1).exactOptional().describe('The most open pull requests; default: 10.'),
  pullRequest: pullRequestSchema
    .omit({ group: true, supersede: true, stateLabels: true })
    .exactOptional()
    .describe('How pull requests are made.'),
  signature: acceptedSignersSchema('The repositories it is asked of, as names or globs; default: all.')
    .exactOptional()
    .describe('Whose signature updates must carry; of several for a repository, one suffices.'),
  registries: z
    .array(text)
    .exactOptional()
    .describe('Registries, perhaps with a path, that images may come from; default: any.'),
  pin: z.boolean().exactOptional().describe('Whether to add digests where there are none; default: false.'),
});

function isTimezone(written: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: written }));
  } catch (error) {
    rethrowDefect(error);
    return false;
  }
}
