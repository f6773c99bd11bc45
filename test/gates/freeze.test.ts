import { describe, expect, it } from 'vitest';
import { readCalendar } from '../../src/environments/calendar.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import type { CalendarFact } from '../../src/gates/facts.ts';
import { freezeGate } from '../../src/gates/freeze.ts';
import { digestOf } from '../../src/oci/digest.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { calendarOf, eventOf } from '../environments/calendars.ts';
import { fileWith, marked, problemsOf } from '../environments/problems.ts';
import { NOTHING } from './no-facts.ts';

const plan: Plan = {
  kind: 'promotion',
  digest: 'sha256:1',
  environment: 'prod',
  group: 'all',
  promotions: [],
} as unknown as Plan;

/** The gate's answer for a freeze as it is written, at a time. */
function judge(freeze: string, time: string, { freezes, calendar }: Written = {}) {
  const more = freezes === undefined ? '' : `freezes: ${freezes}`;
  const text = fileWith({ prod: `gates: { freeze: ${freeze} }`, more });
  const environment = environmentNamed(parseEnvironments(text, 'environments.yaml'), 'prod');
  const now = new Date(time);
  const calendars = new Map(calendar === undefined ? [] : [['UTC ops/freezes.ics', read(calendar, now)]]);
  return freezeGate.judge(plan, { ...NOTHING, now, calendars }, environment);
}

/** What is written besides: freezes at the file's top, and the calendar that the repository has. */
interface Written {
  readonly freezes?: string;
  readonly calendar?: string;
}

function read(text: string, now: Date): CalendarFact {
  return { kind: 'read', digest: digestOf(text), ...readCalendar(text, { now, timezone: 'UTC' }) };
}

const WEEKEND = '{ cron: "0 18 * * FRI", for: 62h, timezone: Europe/Berlin, reason: weekend }';
const YEARS_END = '{ from: 2026-12-20, until: 2027-01-02, reason: "year\'s end" }';
const OFFICE = '{ kind: allow, cron: "0 9 * * MON-FRI", for: 8h }';

describe('the freeze gate', () => {
  it('is closed where no window opens it any more', () => {
    const freeze = '[{ kind: allow, from: 2026-01-01, until: 2026-01-01 }]';
    const reason = 'outside the windows that allow promotions, and no window opens any more';
    expect(judge(freeze, '2026-11-27T17:00Z')).toMatchObject({ kind: 'closed', reason });
  });

  it('says how far it looked where windows leave no gap', () => {
    const freeze = '[{ cron: "0 0 * * *", for: 1d }]';
    const reason = 'frozen; not open before 2029-08-23T00:00Z';
    expect(judge(freeze, '2026-11-27T17:00Z')).toMatchObject({ kind: 'waiting', reason });
  });

  it.each<[string, string, string, string]>([
    ['within a window', `[${WEEKEND}]`, '2026-11-28T12:00Z', 'frozen: weekend; opens at 2026-11-30T07:00Z'],
    [
      'of several, with the last to end',
      `[${WEEKEND}, ${YEARS_END}]`,
      '2026-12-25T20:00Z',
      "frozen: weekend, year's end; opens at 2027-01-04T07:00Z",
    ],
    [
      'outside what allows',
      `[${OFFICE}]`,
      '2026-11-27T17:00Z',
      'outside the windows that allow promotions; opens at 2026-11-30T09:00Z',
    ],
    [
      'where a freeze covers what allows',
      `[${OFFICE}, ${YEARS_END}]`,
      '2026-12-18T17:00Z',
      'outside the windows that allow promotions; opens at 2027-01-04T09:00Z',
    ],
  ])('waits %s', (_, freeze, time, reason) => {
    expect(judge(freeze, time)).toMatchObject({ kind: 'waiting', reason });
  });

  it.each<[string, string, string, string | undefined]>([
    ['outside every freeze', `[${WEEKEND}, ${YEARS_END}]`, '2026-12-01T12:00Z', '2026-12-04T17:00Z'],
    ['within what allows', `[${OFFICE}]`, '2026-11-30T09:00Z', '2026-11-30T17:00Z'],
    ['where no window comes', '[{ from: 2026-01-01, until: 2026-01-01 }]', '2026-11-30T09:00Z', undefined],
    [
      'within the second of two that allow and overlap',
      `[${OFFICE}, { kind: allow, cron: "0 16 * * MON", for: 4h }]`,
      '2026-11-30T16:30Z',
      '2026-11-30T20:00Z',
    ],
  ])('is open %s, and knows until when', (_, freeze, time, closes) => {
    const closesAt = closes && new Date(closes).toISOString();
    const reason = closes === undefined ? 'no freeze is to come' : `no freeze before ${closes}`;
    expect(judge(freeze, time)).toMatchObject({ kind: 'open', reason, closesAt });
  });

  it.each<[string, string, string]>([
    ['Europe/Berlin', '2026-03-28', '2026-03-30T06:00Z'],
    ['Europe/Berlin', '2026-10-24', '2026-10-26T07:00Z'],
    ['America/New_York', '2026-03-07', '2026-03-09T12:00Z'],
    ['America/New_York', '2026-10-31', '2026-11-02T13:00Z'],
    ['Australia/Lord_Howe', '2026-04-04', '2026-04-05T21:30Z'],
    ['Australia/Lord_Howe', '2026-10-03', '2026-10-04T21:00Z'],
  ])(
    'opens on Monday at eight in %s, whatever the clocks do on the weekend of %s',
    (timezone, day, opens) => {
      const [cron, range, ics] = [
        `[{ cron: "0 8 * * SAT", for: 2d, timezone: ${timezone} }]`,
        `[{ from: ${day}T08:00, until: ${later(day, 2)}T08:00, timezone: ${timezone} }]`,
        '[{ calendar: ops/freezes.ics }]',
      ];
      const zoned = (date: string) => `;TZID=${timezone}:${date.replaceAll('-', '')}T080000`;
      const event = eventOf(
        `DTSTART${zoned(later(day, -14))}\nDTEND${zoned(later(day, -12))}\nRRULE:FREQ=WEEKLY`,
      );
      const answers = [
        judge(cron, `${day}T22:30Z`),
        judge(range, `${day}T22:30Z`),
        judge(ics, `${day}T22:30Z`, { calendar: calendarOf(event) }),
      ];
      expect(answers.map(answer => answer?.reason)).toEqual([
        `frozen; opens at ${opens}`,
        `frozen; opens at ${opens}`,
        `frozen: year's end; opens at ${opens}`,
      ]);
    },
  );

  it.each<[string, string, string]>([
    ['2028-02-29T12:00Z', 'waiting', 'frozen: leap day; opens at 2028-03-01T00:00Z'],
    ['2027-03-01T12:00Z', 'open', 'no freeze before 2028-02-29T00:00Z'],
    ['2028-03-01T00:00Z', 'open', 'no freeze before 2032-02-29T00:00Z'],
  ])('knows leap days at %s', (time, kind, reason) => {
    const freeze = '[{ cron: "0 0 29 2 *", for: 1d, reason: leap day }]';
    expect(judge(freeze, time)).toMatchObject({ kind, reason });
  });

  it('is asked for by its name, with one window or several', () => {
    const freezes = `{ weekend: ${WEEKEND.replace(', reason: weekend', '')}, audit: [${YEARS_END}, ${WEEKEND}] }`;
    expect(judge('[weekend]', '2026-11-28T12:00Z', { freezes })?.reason).toBe(
      'frozen: weekend; opens at 2026-11-30T07:00Z',
    );
    expect(judge('[audit]', '2026-12-25T20:00Z', { freezes })?.reason).toBe(
      "frozen: year's end, weekend; opens at 2027-01-04T07:00Z",
    );
  });

  describe('with a calendar', () => {
    const ICS = '[{ calendar: ops/freezes.ics }]';
    const days = calendarOf(eventOf('DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227'));
    const yearly = calendarOf(
      eventOf('DTSTART;VALUE=DATE:20201224\nDTEND;VALUE=DATE:20201227\nRRULE:FREQ=YEARLY'),
    );

    it('waits for the end of an event, and names the file that it read', () => {
      const [frozen, open] = ['2026-12-25T12:00Z', '2026-12-01T12:00Z'].map(time =>
        judge(ICS, time, { calendar: days }),
      );
      const evidence = [digestOf(days)];
      expect([frozen, open]).toMatchObject([
        { kind: 'waiting', reason: "frozen: year's end; opens at 2026-12-27T00:00Z", evidence },
        { kind: 'open', reason: 'no freeze before 2026-12-24T00:00Z', evidence },
      ]);
    });

    it('is closed where it was not read', () => {
      expect(judge(ICS, '2026-12-25T12:00Z')).toMatchObject({ kind: 'closed' });
    });

    it('waits where its events are all that allows, and there is none', () => {
      const allow = '[{ kind: allow, calendar: ops/freezes.ics }]';
      const nothing = calendarOf(eventOf('DTSTART:20200101T000000Z\nDURATION:PT1H'));
      expect(judge(allow, '2026-12-25T12:00Z', { calendar: nothing })).toMatchObject({ kind: 'closed' });
      expect(judge(allow, '2026-12-20T12:00Z', { calendar: days })).toMatchObject({
        kind: 'waiting',
        reason: 'outside the windows that allow promotions; opens at 2026-12-24T00:00Z',
      });
    });

    it('does not say what it has not looked at', () => {
      const allow = `[{ kind: allow, calendar: ops/freezes.ics }, { from: 2026-12-01, until: 2040-01-01 }]`;
      expect(judge(allow, '2026-12-20T12:00Z', { calendar: yearly })?.reason).toBe(
        'frozen; not open before 2028-12-19T12:00Z',
      );
    });
  });

  it.each<[string, string, string]>([
    ['a time zone that is none', '[{ cron: "0 0 * * *", for: 1d, timezone: Mars/Base }]', 'Mars/Base'],
    ['cron fields that are none', '[{ cron: "0 0 * *", for: 1d }]', '"0 0 * *"'],
    ['an end before the start', '[{ from: 2026-12-20, until: 2026-12-19 }]', '2026-12-19'],
    ['a day that does not exist', '[{ from: 2026-02-30, until: 2026-03-01 }]', '2026-02-30'],
    ['an hour that does not exist', '[{ from: 2026-02-20T25:00, until: 2026-03-01 }]', '2026-02-20T25:00'],
    ['no window', '[]', 'freeze'],
    ['a name that is not there', '[weekends]', 'weekends'],
    ['a calendar outside the repository', '[{ calendar: ../freezes.ics }]', '../freezes.ics'],
  ])('is refused with %s', (_, freeze, under) => {
    expect(problemsOf(fileWith({ prod: `gates: { freeze: ${freeze} }` })).map(marked)).toEqual([under]);
  });

  it.each<[string, string, string]>([
    ['an end before the start', '{ audit: { from: 2026-12-20, until: 2026-12-19 } }', '2026-12-19'],
    ['the same in a list', '{ audit: [{ from: 2026-12-20, until: 2026-12-19 }] }', '2026-12-19'],
    ['a time zone that is none', '{ audit: { cron: "0 0 * * *", for: 1d, timezone: Mars } }', 'Mars'],
  ])('is refused at the top with %s', (_, freezes, under) => {
    expect(problemsOf(fileWith({ more: `freezes: ${freezes}` })).map(marked)).toEqual([under]);
  });
});

function later(day: string, count: number): string {
  const date = new Date(`${day}T00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, day.length);
}
