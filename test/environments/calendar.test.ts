import { describe, expect, it } from 'vitest';
import { readCalendar } from '../../src/environments/calendar.ts';
import { PromoteError } from '../../src/errors.ts';
import { calendarOf, eventOf } from './calendars.ts';

const now = new Date('2026-01-01T00:00:00Z');
const iso = (time: Date) => time.toISOString().replace(':00.000Z', 'Z');

/** The times of a calendar's events, as `start end`. */
function spansIn(text: string, timezone = 'UTC', at = now): readonly string[] {
  return readCalendar(text, { now: at, timezone }).spans.map(({ start, end }) => `${iso(start)} ${iso(end)}`);
}

const BERLIN = 'TZID=Europe/Berlin';

/** As Outlook writes its zones: https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxcical */
const OUTLOOK_ZONE = `BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE`;

describe('an iCalendar file', () => {
  it.each<[string, string, readonly string[]]>([
    ['UTC', 'DTSTART:20261220T180000Z\nDTEND:20261221T080000Z', ['2026-12-20T18:00Z 2026-12-21T08:00Z']],
    [
      'a zone across the change of the clocks',
      `DTSTART;${BERLIN}:20261024T180000\nDTEND;${BERLIN}:20261026T080000`,
      ['2026-10-24T16:00Z 2026-10-26T07:00Z'],
    ],
    [
      'a time that the clocks skip',
      `DTSTART;${BERLIN}:20260329T023000\nDTEND;${BERLIN}:20260329T043000`,
      ['2026-03-29T01:30Z 2026-03-29T02:30Z'],
    ],
    [
      'a weekly rule across it, with one left out',
      `DTSTART;${BERLIN}:20261016T180000\nDURATION:P2DT14H\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;${BERLIN}:20261030T180000`,
      [
        '2026-10-16T16:00Z 2026-10-19T06:00Z',
        '2026-10-23T16:00Z 2026-10-26T07:00Z',
        '2026-11-06T17:00Z 2026-11-09T07:00Z',
      ],
    ],
    [
      'a rule whose end is given in UTC, and is its last time',
      `DTSTART;${BERLIN}:20261113T180000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL=20261120T170000Z`,
      ['2026-11-13T17:00Z 2026-11-13T18:00Z', '2026-11-20T17:00Z 2026-11-20T18:00Z'],
    ],
    [
      'leap days alone',
      'DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=2',
      ['2028-02-29T00:00Z 2028-03-01T00:00Z'],
    ],
    [
      'further dates',
      'DTSTART:20260301T180000Z\nDURATION:PT1H\nRDATE:20260401T180000Z',
      ['2026-03-01T18:00Z 2026-03-01T19:00Z', '2026-04-01T18:00Z 2026-04-01T19:00Z'],
    ],
    ['no event that was cancelled', 'DTSTART:20261220T180000Z\nDURATION:PT1H\nSTATUS:CANCELLED', []],
    ['no event that is over', 'DTSTART:20251220T180000Z\nDURATION:PT1H', []],
    [
      'an event that began before',
      'DTSTART:20251220T180000Z\nDURATION:P30D',
      ['2025-12-20T18:00Z 2026-01-19T18:00Z'],
    ],
  ])('says %s', (_, event, expected) => {
    const at = event.includes('0229') ? new Date('2026-06-01T00:00:00Z') : now;
    expect(spansIn(calendarOf(eventOf(event)), 'UTC', at)).toEqual(expected);
  });

  it.each<[string, string, string]>([
    ['UTC', '2026-12-20T00:00Z 2026-12-22T00:00Z', '2026-12-20T18:00Z 2026-12-20T19:00Z'],
    ['America/New_York', '2026-12-20T05:00Z 2026-12-22T05:00Z', '2026-12-20T23:00Z 2026-12-21T00:00Z'],
    ['Asia/Tokyo', '2026-12-19T15:00Z 2026-12-21T15:00Z', '2026-12-20T09:00Z 2026-12-20T10:00Z'],
  ])('takes days and times without a zone in %s', (zone, days, hours) => {
    const wholeDays = eventOf('DTSTART;VALUE=DATE:20261220\nDTEND;VALUE=DATE:20261222');
    const floating = eventOf('DTSTART:20261220T180000\nDURATION:PT1H');
    expect([spansIn(calendarOf(wholeDays), zone), spansIn(calendarOf(floating), zone)]).toEqual([
      [days],
      [hours],
    ]);
  });

  it('knows the zones that it defines itself', () => {
    const zone = 'TZID=W. Europe Standard Time';
    const event = eventOf(`DTSTART;${zone}:20260710T180000\nDTEND;${zone}:20261110T180000`);
    expect(spansIn(calendarOf(`${OUTLOOK_ZONE}\n${event}`))).toEqual(['2026-07-10T16:00Z 2026-11-10T17:00Z']);
  });

  it('moves and cancels single times of a rule', () => {
    const rule = eventOf('DTSTART:20260302T180000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3');
    const moved = eventOf('RECURRENCE-ID:20260303T180000Z\nDTSTART:20260303T200000Z\nDURATION:PT1H');
    const gone = eventOf(
      'RECURRENCE-ID:20260304T180000Z\nDTSTART:20260304T180000Z\nDURATION:PT1H\nSTATUS:CANCELLED',
    );
    expect(new Set(spansIn(calendarOf(rule, moved, gone)))).toEqual(
      new Set(['2026-03-02T18:00Z 2026-03-02T19:00Z', '2026-03-03T20:00Z 2026-03-03T21:00Z']),
    );
  });

  it('says from when on it lists no more', () => {
    const open = readCalendar(calendarOf(eventOf('DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=YEARLY')), {
      now,
      timezone: 'UTC',
    });
    expect([open.spans.length, open.until && iso(open.until)]).toEqual([3, '2028-01-01T00:00Z']);
    expect(readCalendar(calendarOf(eventOf('DTSTART:20261220T180000Z')), { now, timezone: 'UTC' })).toEqual({
      spans: [],
      until: undefined,
    });
  });

  it.each<[string, string]>([
    ['no calendar', '<html></html>'],
    ['an empty file', ''],
    ['a file that is cut', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261220T180000Z\r\n'],
    ['a card', 'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A\r\nEND:VCARD\r\n'],
    ['busy times alone', calendarOf('BEGIN:VFREEBUSY\nDTSTART:20261220T180000Z\nEND:VFREEBUSY')],
    ['an event without a start', calendarOf(eventOf('DURATION:PT1H'))],
    [
      'a zone that nothing defines',
      calendarOf(eventOf('DTSTART;TZID=Mars/Base:20261220T180000\nDURATION:PT1H')),
    ],
    ['a month that does not exist', calendarOf(eventOf('DTSTART:20261320T180000Z\nDURATION:PT1H'))],
    ['a day that does not exist', calendarOf(eventOf('DTSTART;VALUE=DATE:20260230'))],
    ['a date in other words', calendarOf(eventOf('DTSTART:2026-12-20\nDURATION:PT1H'))],
    [
      'an event that ends before it begins',
      calendarOf(eventOf('DTSTART:20261220T180000Z\nDTEND:20261202T080000Z')),
    ],
    ['an unknown frequency', calendarOf(eventOf('DTSTART:20261220T180000Z\nRRULE:FREQ=SOMETIMES'))],
    [
      'an unknown part of a rule',
      calendarOf(eventOf('DTSTART:20261220T180000Z\nRRULE:FREQ=DAILY;SKIP=OMIT')),
    ],
    ['a rule without an end in sight', calendarOf(eventOf('DTSTART:19700101T000000Z\nRRULE:FREQ=MINUTELY'))],
  ])('is refused where it is or has %s', (_, text) => {
    expect(() => spansIn(text)).toThrow(PromoteError);
  });
});
