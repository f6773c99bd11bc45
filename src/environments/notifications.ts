import { endAt, type Window } from './windows.ts';

/** What a run changed, as people are told. `failed` is no change: nobody else would tell it. */
export const EVENTS = ['opened', 'green', 'merged', 'closed', 'rolled-back', 'failed'] as const;

/** One of them. */
export type EventKind = (typeof EVENTS)[number];

/** Where people or programs are told, and how. */
export const CHANNELS = ['slack', 'teams', 'mattermost', 'webhook', 'cdevents'] as const;

/** One place that is told what runs change. */
export interface Notification {
  readonly to: (typeof CHANNELS)[number];
  /** `env://NAME`: the address is a secret. */
  readonly url: string;
  /** `env://NAME`: what the body is signed with. */
  readonly secret?: string | undefined;
  readonly events: readonly EventKind[];
  /** Empty: all. */
  readonly environments: readonly string[];
  /** When only failures and rollbacks are told. */
  readonly quiet: readonly Window[];
  /** What a message says; absent: the default. */
  readonly template?: string | undefined;
}

/** What decides whether a place is told. */
export interface Told {
  readonly kind: EventKind;
  readonly environment: string;
  /** Whether it is about a rollback, whatever became of that. */
  readonly isRollback: boolean;
}

/** Whether a place is told of it at the time. */
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
