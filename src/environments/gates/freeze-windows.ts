import { z } from 'zod';
import { parseCron } from '../cron.ts';
import type { Issue, Path } from '../diagnostics/issue.ts';
import { duration, filePath, freezeName, text } from '../text.ts';
import type { Window } from '../windows.ts';

/** A window in which nothing is promoted, or outside of which nothing is. */
export interface FreezeWindow {
  readonly kind: 'freeze' | 'allow';
  readonly window: Window | CalendarWindow;
  readonly reason?: string | undefined;
}

/** The events of an iCalendar file in the deployment repository. */
export interface CalendarWindow {
  readonly kind: 'calendar';
  readonly path: string;
  /** The zone of times for which the file names none. */
  readonly timezone: string;
}

const common = {
  kind: z
    .enum(['freeze', 'allow'])
    .exactOptional()
    .describe('freeze (default): nothing is promoted within it; allow: nothing is promoted outside of it.'),
  timezone: text
    .refine(isTimezone, 'an IANA time zone, such as Europe/Berlin')
    .exactOptional()
    .describe('An IANA time zone; default: UTC.'),
  reason: text.exactOptional().describe('Why, for people.'),
};

const localTime = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?$/,
    'a date or a local time, such as 2026-12-20 or 2026-12-20T18:00',
  )
  .refine(isOfCalendar, 'a day and a time that exist');

const returning = z.strictObject({
  ...common,
  cron: text
    .refine(written => parseCron(written) !== undefined, 'five cron fields, such as "0 18 * * FRI"')
    .describe('When the window begins, as five cron fields.'),
  for: duration.describe('How long it lasts; days end at the same local time.'),
});

const once = z.strictObject({
  ...common,
  from: localTime.describe('Its first day, or the local time at which it begins.'),
  until: localTime.describe('Its last day, or the local time at which it ends.'),
});

const calendar = z.strictObject({
  ...common,
  calendar: filePath.describe(
    'An iCalendar file in the deployment repository, read at its branch: each event is a window.',
  ),
});

/** One window as it is written. */
export const windowSchema = z.union([returning, once, calendar]);

type Written = z.infer<typeof windowSchema>;

/** Freezes that several environments name. */
export const freezesSchema = z.record(freezeName, z.union([windowSchema, z.array(windowSchema).min(1)]));

/** Freezes by name, as they are written. */
export type WrittenFreezes = z.infer<typeof freezesSchema>;

/** What is wrong with freezes that environments name. */
export function freezesIssues(freezes: WrittenFreezes): readonly Issue[] {
  return Object.entries(freezes).flatMap(([name, written]) =>
    Array.isArray(written)
      ? written.flatMap((one, index) => windowIssues(one, ['freezes', name, index]))
      : windowIssues(written, ['freezes', name]),
  );
}

/** What is wrong between a window's keys. */
export function windowIssues(one: Written, path: Path): readonly Issue[] {
  if (!('from' in one) || one.from < endOf(one.until)) return [];
  const message = `the window ends before it begins, at ${one.from}`;
  return [{ path: [...path, 'until'], at: 'value', message }];
}

/** A window with its defaults. */
export function normaliseWindow(one: Written): FreezeWindow {
  return { kind: one.kind ?? 'freeze', window: windowOf(one), reason: one.reason };
}

function windowOf(one: Written): FreezeWindow['window'] {
  const { timezone = 'UTC' } = one;
  if ('calendar' in one) return { kind: 'calendar', path: one.calendar, timezone };
  return 'cron' in one
    ? { kind: 'returning', cron: one.cron, duration: one.for, timezone }
    : { kind: 'once', from: one.from, until: endOf(one.until), timezone };
}

/** The exclusive end of a window: for a day, it is the start of the next day. */
function endOf(until: string): string {
  if (until.includes('T')) return until;
  const day = new Date(`${until}T00:00Z`);
  day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, until.length);
}

function isOfCalendar(written: string): boolean {
  const time = new Date(written.includes('T') ? `${written}Z` : `${written}T00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(written);
}

/** Whether the name is an IANA time zone. */
export function isTimezone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}
