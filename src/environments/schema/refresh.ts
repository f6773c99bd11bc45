import { z } from 'zod';
import { signatureSchema } from './gates.ts';
import { pullRequestSchema } from './pull-request.ts';
import { duration, glob, groupName, text } from './text.ts';

const schedule = z.strictObject({
  cron: text.describe('When to look for updates, as five cron fields.'),
  timezone: text.exactOptional().describe('An IANA time zone; default: UTC.'),
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
    .describe('Repositories that are updated together, as names or globs; any other stands alone.'),
  schedule: schedule.exactOptional().describe('When to look for updates.'),
  limit: z.int().min(1).exactOptional().describe('The most open pull requests; default: 10.'),
  pullRequest: pullRequestSchema
    .omit({ group: true, supersede: true })
    .exactOptional()
    .describe('How pull requests are made.'),
  signature: signatureSchema.exactOptional().describe('A signature that updates must carry.'),
  registries: z
    .array(text)
    .exactOptional()
    .describe('Registries, perhaps with a path, that images may come from; default: any.'),
  pin: z.boolean().exactOptional().describe('Whether to add digests where there are none; default: false.'),
});
