import { EVENTS, type Notification } from '../notifications.ts';
import type { Written } from '../schema/environments.ts';

/** Who is told, with the defaults; absent: nobody is. */
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
