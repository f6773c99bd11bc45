import ICAL from 'ical.js';
import { PromoteError, rethrowDefect } from '../errors.ts';
import { instantOf, localOf, registerZones } from './calendar-zones.ts';
import type { Span } from './windows.ts';

/** One event's time, and what it is called. */
export interface CalendarSpan extends Span {
  readonly summary?: string | undefined;
}

/** A calendar's events that are not over. */
export interface Calendar {
  readonly spans: readonly CalendarSpan[];
  /** Events after this time are not listed; absent: all are listed. */
  readonly until?: Date | undefined;
}

/** The present time, and the zone of times for which the calendar names none. */
interface Reading {
  readonly now: Date;
  readonly timezone: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** How far ahead events are listed, how many are listed, and how many turns of one rule are followed. */
const AHEAD = 730 * DAY;
const MOST_SPANS = 5000;
const MOST_TURNS = 20_000;

/**
 * Reads an iCalendar file. Throws `INVALID` for what it does not understand: a skipped event would be a
 * missing freeze. https://www.rfc-editor.org/rfc/rfc5545
 */
export function readCalendar(text: string, reading: Reading): Calendar {
  try {
    return read(text, reading);
  } catch (error) {
    if (error instanceof PromoteError) throw error;
    rethrowDefect(error);
    throw unread(error instanceof Error ? error.message : `${error}`);
  }
}

function read(text: string, reading: Reading): Calendar {
  const events = eventsOf(text);
  const known = Map.groupBy(events, event => `${event.getFirstPropertyValue('uid') ?? ''}`);
  const horizon = reading.now.getTime() + AHEAD;
  const spans: CalendarSpan[] = [];
  let isCut = false;
  for (const [uid, ofUid] of known) {
    const changes = uid === '' ? [] : ofUid.filter(event => event.hasProperty('recurrence-id'));
    for (const event of ofUid.filter(one => !changes.includes(one))) {
      const followed = follow(new ICAL.Event(event, { exceptions: changes }), reading, horizon);
      spans.push(...followed.spans);
      isCut ||= followed.isCut;
    }
    // A moved occurrence counts, whatever the rule of its event says.
    for (const event of changes) spans.push(...spanOf(new ICAL.Event(event), reading));
  }
  const coming = spans.filter(({ end }) => end > reading.now).toSorted((a, b) => +a.start - +b.start);
  const rest = coming[MOST_SPANS]?.start.getTime();
  const until = rest ?? (isCut ? horizon : undefined);
  return { spans: coming.slice(0, MOST_SPANS), until: until === undefined ? undefined : new Date(until) };
}

/** The events of a file, including cancelled ones. */
function eventsOf(text: string): readonly ICAL.Component[] {
  const calendars = componentsOf(text);
  for (const calendar of calendars) {
    if (calendar.name !== 'vcalendar') throw unread(`it is a ${calendar.name}, and not a VCALENDAR`);
    if (calendar.getFirstSubcomponent('vfreebusy')) throw unread('it has a VFREEBUSY; only events are read');
    registerZones(zoneNames(calendar));
  }
  const events = calendars.flatMap(calendar => calendar.getAllSubcomponents('vevent'));
  for (const event of events) assertUnderstood(event);
  return events;
}

function componentsOf(text: string): readonly ICAL.Component[] {
  const parsed: readonly unknown[] = ICAL.parse(text);
  const all = typeof parsed[0] === 'string' ? [parsed] : parsed;
  if (all.length === 0) throw unread('it is empty');
  return all.map(one => new ICAL.Component(one as unknown[]));
}

const TIMES = ['dtstart', 'dtend', 'exdate', 'rdate', 'recurrence-id'];
const RULE_PARTS =
  /^(?:freq|until|count|interval|by(?:second|minute|hour|day|monthday|yearday|weekno|month|setpos)|wkst)$/i;

function zoneNames(calendar: ICAL.Component): ReadonlySet<string> {
  const properties = calendar.getAllSubcomponents('vevent').flatMap(event => event.getAllProperties());
  return new Set(properties.flatMap(property => property.getParameter('tzid') ?? []).flat());
}

/** Throws `INVALID` where the library would guess. */
function assertUnderstood(event: ICAL.Component): void {
  const name = `the event ${JSON.stringify(`${event.getFirstPropertyValue('summary') ?? ''}`.slice(0, 80))}`;
  if (!event.hasProperty('dtstart')) throw unread(`${name} has no DTSTART`);
  for (const property of TIMES.flatMap(time => event.getAllProperties(time))) {
    const zone = property.getParameter('tzid');
    const isKnown = typeof zone !== 'string' || zoneOf(event, zone) !== undefined;
    if (!isKnown) throw unread(`${name} is in the zone ${JSON.stringify(zone)}, which nothing defines`);
    for (const [index, value] of property.getValues().entries()) {
      const written: unknown = property.jCal[3 + index];
      if (value instanceof ICAL.Time && value.toString() !== written)
        throw unread(`${name} is at ${JSON.stringify(written)}, which does not exist`);
    }
  }
  for (const rule of event.getAllProperties('rrule')) {
    const parts = rule.jCal.slice(3).flatMap(part => Object.keys(Object(part)));
    const other = parts.find(part => !RULE_PARTS.test(part));
    if (other !== undefined) throw unread(`${name} recurs by ${other.toUpperCase()}, which is not known`);
  }
  if (event.hasProperty('exrule'))
    throw unread(`${name} has an EXRULE, which is no longer part of the format`);
}

function zoneOf(event: ICAL.Component, zone: string): ICAL.Timezone | undefined {
  return event.getTimeZoneByID(zone) ?? ICAL.TimezoneService.get(zone);
}

/** The event's times up to the horizon. */
function follow(event: ICAL.Event, reading: Reading, horizon: number) {
  if (!event.isRecurring()) return { spans: spanOf(event, reading), isCut: false };
  const spans = event.component.hasProperty('rrule') ? [] : [...firstOf(event, reading)];
  const turns = event.iterator();
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const next = turns.next();
    if (next === undefined || next === null) return { spans, isCut: false };
    if (nearly(next) > horizon + DAY) return { spans, isCut: true };
    const { startDate, endDate, item } = event.getOccurrenceDetails(next);
    if (nearly(endDate) < reading.now.getTime() - DAY) continue;
    spans.push(...spanBetween(startDate, endDate, item, reading));
  }
  throw unread(`the event ${JSON.stringify(event.summary)} recurs too often to be followed`);
}

/** The event's own date, unless it is excluded. The library omits it if the event lists further dates. */
function firstOf(event: ICAL.Event, reading: Reading): readonly CalendarSpan[] {
  const excluded = event.component.getAllProperties('exdate').flatMap(property => property.getValues());
  const changed = Object.values(event.exceptions).map(({ recurrenceId }) => recurrenceId);
  const isExcluded = [...excluded, ...changed].some(
    time => time instanceof ICAL.Time && time.compare(event.startDate) === 0,
  );
  return isExcluded ? [] : spanOf(event, reading);
}

function spanOf(event: ICAL.Event, reading: Reading): readonly CalendarSpan[] {
  return spanBetween(event.startDate, event.endDate, event, reading);
}

function spanBetween(
  from: ICAL.Time,
  to: ICAL.Time,
  { summary, component }: ICAL.Event,
  { timezone }: Reading,
): readonly CalendarSpan[] {
  if (component.getFirstPropertyValue('status') === 'CANCELLED') return [];
  const [start, end] = [instantOf(from, timezone), instantOf(to, timezone)];
  if (end < start) throw unread(`the event ${JSON.stringify(summary ?? '')} ends before it begins`);
  return start < end ? [{ start, end, summary: summary ?? undefined }] : [];
}

/** The time in milliseconds, exact to a day, since its zone is ignored. */
function nearly(time: ICAL.Time): number {
  const local = localOf(time);
  return Date.parse(local.includes('T') ? `${local}Z` : `${local}T00:00:00Z`);
}

function unread(reason: string): PromoteError {
  return new PromoteError('INVALID', reason, { hint: 'correct the calendar file' });
}
