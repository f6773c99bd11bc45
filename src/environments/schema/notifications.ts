import { z } from 'zod';
import { parseCron } from '../cron.ts';
import { isTimezone } from '../gates/freeze-windows.ts';
import { CHANNELS, EVENTS } from '../notifications.ts';
import { duration, environmentName, text } from '../text.ts';

const variable = z
  .string()
  .max(255)
  .regex(/^env:\/\/[A-Za-z_]\w*$/, 'env://NAME: it is a secret, which belongs into a variable');

const quiet = z.strictObject({
  cron: text
    .refine(written => parseCron(written) !== undefined, 'five cron fields, such as "0 20 * * *"')
    .describe('When it begins, as five cron fields.'),
  for: duration.describe('How long it lasts; days end at the same local time.'),
  timezone: text
    .refine(isTimezone, 'an IANA time zone, such as Europe/Berlin')
    .exactOptional()
    .describe('An IANA time zone; default: UTC.'),
});

/** The places that are notified of what runs change. */
export const notificationsSchema = z.array(
  z.strictObject({
    to: z.enum(CHANNELS).describe('The kind of place: what a message looks like.'),
    url: variable.describe('Its address: `env://NAME`.'),
    secret: variable
      .exactOptional()
      .describe('For webhook and cdevents: what bodies are signed with, `env://NAME`.'),
    events: z.array(z.enum(EVENTS)).min(1).exactOptional().describe('What is told; default: all of it.'),
    environments: z
      .array(environmentName)
      .min(1)
      .exactOptional()
      .describe('Of which environments; default: of all.'),
    quiet: z
      .union([quiet, z.array(quiet).min(1)])
      .exactOptional()
      .describe('Hours in which only failures and rollbacks are told.'),
    template: text
      .exactOptional()
      .describe('For slack, teams and mattermost: what a message says, with placeholders such as {images}.'),
  }),
);
