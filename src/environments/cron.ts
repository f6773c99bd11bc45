/** The times that five cron fields name. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html */
export interface Cron {
  readonly minute: Field;
  readonly hour: Field;
  readonly day: Field;
  readonly month: Field;
  readonly weekday: Field;
}

/** A time as a clock on the wall shows it; Sunday is weekday 0. */
export type WallTime = Readonly<Record<keyof Cron, number>>;

/** The values of a field; `every`: it is written as `*`. */
interface Field {
  readonly every: boolean;
  readonly values: ReadonlySet<number>;
}

/** Reads `minute hour day-of-month month day-of-week`, months and weekdays as numbers or names; `undefined` for anything else. */
export function parseCron(text: string): Cron | undefined {
  const written = text.trim().split(/\s+/);
  const [minute, hour, day, month, weekday] = RANGES.map((range, index) => parseField(written[index], range));
  if (written.length !== RANGES.length || !minute || !hour || !day || !month || !weekday) return undefined;
  return { minute, hour, day, month, weekday };
}

/** Whether the time is one of them; where both days are restricted, either will do. */
export function matchesCron({ minute, hour, day, month, weekday }: Cron, time: WallTime): boolean {
  const [onDay, onWeekday] = [day.values.has(time.day), weekday.values.has(time.weekday)];
  const isDay = day.every || weekday.every ? onDay && onWeekday : onDay || onWeekday;
  return (
    isDay && minute.values.has(time.minute) && hour.values.has(time.hour) && month.values.has(time.month)
  );
}

/** What clocks show in an IANA time zone; throws `RangeError` for a zone that is none. */
export function wallTime(time: Date, timezone: string): WallTime {
  const parts = new Intl.DateTimeFormat('en-US', { ...SHOWN, timeZone: timezone }).formatToParts(time);
  const shown = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(shown[type]);
  return {
    minute: number('minute'),
    hour: number('hour'),
    day: number('day'),
    month: number('month'),
    weekday: WEEKDAYS.indexOf(`${shown.weekday}`.toLowerCase()),
  };
}

interface Range {
  readonly from: number;
  readonly to: number;
  /** What the values are called, from `from` on. */
  readonly names?: readonly string[];
}

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const RANGES: readonly Range[] = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31 },
  { from: 1, to: 12, names: MONTHS },
  { from: 0, to: 7, names: WEEKDAYS },
];
const SHOWN = {
  hourCycle: 'h23',
  weekday: 'short',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
} as const;

function parseField(written: string | undefined, range: Range): Field | undefined {
  const parts = written?.split(',').map(part => parsePart(part, range)) ?? [undefined];
  const values = parts.flatMap(part => part ?? []);
  if (parts.includes(undefined)) return undefined;
  // Sunday is the seventh day as well.
  return {
    every: written === '*',
    values: new Set(range.to === 7 ? values.map(value => value % 7) : values),
  };
}

/** `*`, a value, or a range, each of the latter two perhaps in steps. */
function parsePart(part: string, range: Range): readonly number[] | undefined {
  const [, first = '', last, step = '1'] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d{1,2}))?$/.exec(part) ?? [];
  const isAll = first === '*' && last === undefined;
  const from = isAll ? range.from : readValue(first, range);
  const to = isAll || (last === undefined && part.includes('/')) ? range.to : readValue(last ?? first, range);
  if (from === undefined || to === undefined || from > to || Number(step) === 0) return undefined;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(
    value => (value - from) % Number(step) === 0,
  );
}

function readValue(word: string, { from, to, names = [] }: Range): number | undefined {
  const named = names.indexOf(word.toLowerCase());
  const value = named >= 0 ? named + from : /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
}
