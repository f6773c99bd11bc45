import ICAL from 'ical.js';
import { isTimezone } from './gates/freeze-windows.ts';
import { instant } from './windows.ts';

/** A zone of the IANA database for calendars that name it and do not define it. */
class IanaZone extends ICAL.Timezone {
  constructor(tzid: string) {
    super({ tzid });
  }

  override utcOffset(time: ICAL.Time): number {
    const local = localOf(time);
    return (Date.parse(`${local}Z`) - instant(local, this.tzid).getTime()) / 1000;
  }
}

/** Registers the IANA zones that the calendar names. */
export function registerZones(names: Iterable<string>): void {
  for (const name of names) {
    if (!ICAL.TimezoneService.has(name) && isTimezone(name))
      ICAL.TimezoneService.register(new IanaZone(name), name);
  }
}

/** A time of a calendar as an instant; `timezone` is that of times and days without one. */
export function instantOf(time: ICAL.Time, timezone: string): Date {
  if (time.isDate || time.zone === ICAL.Timezone.localTimezone) return instant(localOf(time), timezone);
  return new Date(time.toUnixTime() * 1000);
}

/** A local time in the form that windows have: `2026-12-20T18:00:00`. */
export function localOf(time: ICAL.Time): string {
  return time.toString().replace(/Z$/, '');
}
