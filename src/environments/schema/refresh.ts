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
  include: z.array(glob).exactOptional().describe('Files to look for base images in.'),
  exclude: z.array(glob).exactOptional().describe('Files to leave alone.'),
  update: z
    .enum(['digest', 'patch', 'minor', 'major'])
    .exactOptional()
    .describe('How far to go: the same tag, or newer versions.'),
  minimumAge: duration.exactOptional().describe('How old an update must be.'),
  groups: z.record(groupName, z.array(text).min(1)).exactOptional().describe('Images updated together.'),
  schedule: schedule.exactOptional().describe('When to look for updates.'),
  limit: z.int().min(1).exactOptional().describe('The most open pull requests.'),
  pullRequest: pullRequestSchema.exactOptional().describe('How pull requests are made.'),
  signature: signatureSchema.exactOptional().describe('A signature that updates must carry.'),
  registries: z.array(text).exactOptional().describe('Registries that base images may come from.'),
  pin: z.boolean().exactOptional().describe('Whether to add digests where there are none.'),
});
