import { EVENTS, type Notification } from '../notifications.ts';
import type { Written } from '../schema/environments.ts';

/** The notifications with their defaults; `undefined` if there are none. */
export function normaliseNotifications(
  written: Written['notifications'],
): readonly Notification[] | undefined {
  return written?.map(({ to, url, secret, events = EVENTS, environments = [], quiet = [], template }) => ({
    to,
    url,
    secret,
    events,
    environments,
    quiet: [quiet].flat().map(({ cron, for: length, timezone = 'UTC' }) => ({
      kind: 'returning' as const,
      cron,
      duration: length,
      timezone,
    })),
    template,
  }));
}
