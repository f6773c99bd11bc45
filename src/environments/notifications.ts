import { endAt, type Window } from './windows.ts';

/** The changes that people are notified of. `failed` is no change, but nothing else would report it. */
export const EVENTS = ['opened', 'green', 'merged', 'closed', 'rolled-back', 'failed'] as const;

/** One kind of event. */
export type EventKind = (typeof EVENTS)[number];

/** The channels by which people or programs are notified. */
export const CHANNELS = ['slack', 'teams', 'mattermost', 'webhook', 'cdevents'] as const;

/** One place that is notified of what runs change. */
export interface Notification {
  readonly to: (typeof CHANNELS)[number];
  /** The address as `env://NAME`, since it is a secret. */
  readonly url: string;
  /** The secret that signs the body, as `env://NAME`. */
  readonly secret?: string | undefined;
  readonly events: readonly EventKind[];
  /** Empty: all. */
  readonly environments: readonly string[];
  /** When only failures and rollbacks are reported. */
  readonly quiet: readonly Window[];
  /** The message's template; absent: the default. */
  readonly template?: string | undefined;
}

/** The facts that decide whether a place is notified. */
export interface Told {
  readonly kind: EventKind;
  readonly environment: string;
  /** Whether the event is about a rollback, whatever its outcome. */
  readonly isRollback: boolean;
}

/** Whether a place is notified of the event at the time. */
export function isTold(
  { events, environments, quiet }: Notification,
  { kind, environment, isRollback }: Told,
  now: Date,
): boolean {
  if (!events.includes(kind)) return false;
  if (environments.length > 0 && !environments.includes(environment)) return false;
  const isUrgent = isRollback || kind === 'failed' || kind === 'rolled-back';
  return isUrgent || quiet.every(window => endAt(window, now) === undefined);
}
