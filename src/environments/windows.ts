import { Cron } from 'croner';
import { parseCron } from './cron.ts';

/** A length of time that recurs, or that occurs once; its end is exclusive. */
export type Window =
  | {
      readonly kind: 'returning';
      readonly cron: string;
      /** `7d` ends at the same local time, even across a clock change; `30m` and `24h` are exact. */
      readonly duration: string;
      readonly timezone: string;
    }
  | {
      readonly kind: 'once';
      /** Local times, without a zone: `2026-12-20T00:00`. */
      readonly from: string;
      readonly until: string;
      readonly timezone: string;
    }
  | ({ readonly kind: 'span' } & Span);

/** From one instant to another. */
export interface Span {
  readonly start: Date;
  readonly end: Date;
}

/** When the window that contains the time ends; `undefined` outside it. */
export function endAt(window: Window, time: Date): Date | undefined {
  const span = spanBefore(window, time);
  return span !== undefined && span.start <= time && time < span.end ? span.end : undefined;
}

/** When the window begins next after the time; `undefined` if it does not begin again. */
export function nextStart(window: Window, time: Date): Date | undefined {
  if (window.kind === 'returning') return parseCron(window.cron, window.timezone)?.nextRun(time) ?? undefined;
  const start = window.kind === 'span' ? window.start : instant(window.from, window.timezone);
  return start > time ? start : undefined;
}

/** The instant of a local time or of a day's start. A time that a clock change skips moves by that change. */
export function instant(local: string, timezone: string): Date {
  const at = new Cron(`${local}${MIDNIGHT.slice(local.length - DATE)}`, { timezone });
  return at.nextRun(new Date(0)) ?? new Date(Number.NaN);
}

const DATE = '2026-12-20'.length;
const MIDNIGHT = 'T00:00:00';

/** The newest start that is not after the time, and its end. */
function spanBefore(window: Window, time: Date): Span | undefined {
  if (window.kind === 'span') return window;
  const { timezone } = window;
  if (window.kind === 'once')
    return { start: instant(window.from, timezone), end: instant(window.until, timezone) };
  // `previousRuns` leaves out the reference time itself.
  const [start] = parseCron(window.cron, timezone)?.previousRuns(1, new Date(time.getTime() + 1000)) ?? [];
  return start && { start, end: endOf(start, window.duration, timezone) };
}

function endOf(start: Date, duration: string, timezone: string): Date {
  const count = Number.parseInt(duration, 10);
  if (!duration.endsWith('d'))
    return new Date(start.getTime() + count * (duration.endsWith('h') ? HOUR : MINUTE));
  // This locale writes times as ISO 8601 does: https://cldr.unicode.org
  const local = start.toLocaleString('sv-SE', { timeZone: timezone }).replace(' ', 'T');
  const days = new Date(`${local}Z`);
  days.setUTCDate(days.getUTCDate() + count);
  return instant(days.toISOString().slice(0, '2026-12-20T00:00:00'.length), timezone);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
