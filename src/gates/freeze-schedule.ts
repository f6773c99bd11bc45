import type { FreezeWindow } from '../environments/gates/freeze-windows.ts';
import { endAt, nextStart, type Window } from '../environments/windows.ts';
import { calendarKey, type Facts } from './facts.ts';

/** The windows of a freeze gate; each event of its calendars is one. */
export interface Schedule {
  readonly windows: readonly ScheduledWindow[];
  /** Whether promotions need a window that allows them. */
  readonly needsAllow: boolean;
  /** The time after which a calendar's events are not known; absent: all are known. */
  readonly until?: Date | undefined;
}

interface ScheduledWindow {
  readonly kind: FreezeWindow['kind'];
  readonly window: Window;
  readonly reason?: string | undefined;
}

/** The schedule of a gate, or why it has none. */
export function scheduleOf(
  freeze: readonly FreezeWindow[],
  { calendars }: Pick<Facts, 'calendars'>,
): Schedule | { readonly unreadable: string } {
  const windows: ScheduledWindow[] = [];
  const ends: Date[] = [];
  for (const { kind, window, reason } of freeze) {
    if (window.kind !== 'calendar') {
      windows.push({ kind, window, reason });
      continue;
    }
    const calendar = calendars.get(calendarKey(window));
    if (calendar?.kind !== 'read')
      return { unreadable: calendar?.reason ?? `the calendar ${window.path} was not read` };
    for (const { start, end, summary } of calendar.spans)
      windows.push({ kind, window: { kind: 'span', start, end }, reason: summary ?? reason });
    if (calendar.until !== undefined) ends.push(calendar.until);
  }
  return {
    windows,
    needsAllow: freeze.some(({ kind }) => kind === 'allow'),
    until: ends.toSorted(sooner)[0],
  };
}

/** Why nothing is promoted at the time; `undefined` if promotions are allowed. */
export function closingAt({ windows, needsAllow }: Schedule, time: Date): string | undefined {
  const current = windows.filter(({ window }) => endAt(window, time) !== undefined);
  const frozen = current.filter(({ kind }) => kind === 'freeze');
  if (frozen.length > 0) {
    const reasons = new Set(frozen.flatMap(({ reason }) => reason ?? []));
    return ['frozen', [...reasons].join(', ')].filter(Boolean).join(': ');
  }
  return !needsAllow || current.length > 0 ? undefined : 'outside the windows that allow promotions';
}

/** `later`: no opening was found up to this time, and later times were not searched. */
export type Opening = { readonly kind: 'opens' | 'later'; readonly at: Date } | { readonly kind: 'never' };

/** Finds the first time from now on at which nothing is closed, looking at `STEPS` windows at most. */
export function openingAfter(schedule: Schedule, now: Date): Opening {
  const { until } = schedule;
  let at = now;
  for (let step = 0; step < STEPS; step += 1) {
    if (until !== undefined && at > until) return { kind: 'later', at: until };
    if (closingAt(schedule, at) === undefined) return { kind: 'opens', at };
    const ends = timesOf(schedule, 'freeze', window => endAt(window, at));
    const starts = timesOf(schedule, 'allow', window => nextStart(window, at));
    const next = ends.toSorted(sooner).at(-1) ?? starts.toSorted(sooner)[0];
    if (next === undefined) return until === undefined ? { kind: 'never' } : { kind: 'later', at: until };
    at = next;
  }
  return { kind: 'later', at };
}

/** When a window closes the open gate; `undefined` if no such time is known. */
export function closingAfter(schedule: Schedule, now: Date): Date | undefined {
  let at = now;
  for (let step = 0; step < STEPS; step += 1) {
    const times = [
      ...timesOf(schedule, 'freeze', window => nextStart(window, at)),
      ...timesOf(schedule, 'allow', window => endAt(window, at)),
    ];
    const next = times.toSorted(sooner)[0];
    if (next === undefined || closingAt(schedule, next) !== undefined) return next;
    at = next;
  }
  return undefined;
}

const STEPS = 1000;

function timesOf(
  { windows }: Schedule,
  kind: FreezeWindow['kind'],
  timeOf: (window: Window) => Date | undefined,
): readonly Date[] {
  return windows.flatMap(one => (one.kind === kind ? (timeOf(one.window) ?? []) : []));
}

function sooner(a: Date, b: Date): number {
  return a.getTime() - b.getTime();
}
