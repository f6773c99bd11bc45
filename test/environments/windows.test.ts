import { describe, expect, it } from 'vitest';
import { endAt, nextStart, type Window } from '../../src/environments/windows.ts';

const every = (cron: string, duration: string, timezone = 'UTC'): Window => {
  return { kind: 'returning', cron, duration, timezone };
};
const once = (from: string, until: string, timezone = 'UTC'): Window => ({
  kind: 'once',
  from,
  until,
  timezone,
});

/** When the window ends that holds a time; `undefined` outside it. */
function end(window: Window, time: string): string | undefined {
  return endAt(window, new Date(time))?.toISOString().replace(':00.000Z', 'Z');
}

describe('a window that returns', () => {
  const weekend = every('0 18 * * FRI', '62h', 'Europe/Berlin');

  it.each<[string, Window, string, string | undefined]>([
    ['its first moment', weekend, '2026-11-27T17:00Z', '2026-11-30T07:00Z'],
    ['the moment before', weekend, '2026-11-27T16:59Z', undefined],
    ['its last minute', weekend, '2026-11-30T06:59Z', '2026-11-30T07:00Z'],
    ['its end', weekend, '2026-11-30T07:00Z', undefined],
    ['a window across another day', every('0 0 29 2 *', '1d'), '2028-02-29T23:59Z', '2028-03-01T00:00Z'],
    ['a year without its leap day', every('0 0 29 2 *', '1d'), '2026-03-01T00:00Z', undefined],
    ['the newer of two that overlap', every('0 * * * *', '90m'), '2026-11-30T10:15Z', '2026-11-30T11:30Z'],
  ])('%s', (_, window, time, expected) => {
    expect(end(window, time)).toBe(expected);
  });

  it.each<[string, string, string, string]>([
    ['Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T22:00Z', '2026-03-29T23:00Z'],
    ['Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T23:00Z', '2026-10-25T22:00Z'],
    ['America/New_York', '2026-03-08T05:00Z', '2026-03-09T04:00Z', '2026-03-09T05:00Z'],
    ['America/New_York', '2026-11-01T04:00Z', '2026-11-02T05:00Z', '2026-11-02T04:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T13:00Z', '2026-04-05T13:30Z', '2026-04-05T13:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T13:30Z', '2026-10-04T13:00Z', '2026-10-04T13:30Z'],
  ])('lasts a day of the calendar in %s from %s, and 24 hours otherwise', (zone, start, day, hours) => {
    const midnight = '0 0 * * *';
    expect([end(every(midnight, '1d', zone), start), end(every(midnight, '24h', zone), start)]).toEqual([
      day,
      hours,
    ]);
  });

  it('begins after the gap where the clocks skip its start', () => {
    const skipped = every('30 2 29 3 *', '1h', 'Europe/Berlin');
    expect(nextStart(skipped, new Date('2026-03-28T00:00Z'))?.toISOString()).toBe('2026-03-29T01:00:00.000Z');
  });
});

describe('a window that is there once', () => {
  it.each<[string, Window, string, string | undefined]>([
    [
      'its first moment',
      once('2026-12-20', '2027-01-02', 'Asia/Tokyo'),
      '2026-12-19T15:00Z',
      '2027-01-01T15:00Z',
    ],
    ['the moment before', once('2026-12-20', '2027-01-02', 'Asia/Tokyo'), '2026-12-19T14:59Z', undefined],
    ['its end', once('2026-12-20T08:00', '2026-12-20T09:00'), '2026-12-20T09:00Z', undefined],
  ])('%s', (_, window, time, expected) => {
    expect(end(window, time)).toBe(expected);
  });

  it('begins never again once it has begun', () => {
    const window = once('2026-12-20', '2026-12-21');
    const starts = ['2026-12-19T00:00Z', '2026-12-20T00:00Z'].map(time => nextStart(window, new Date(time)));
    expect(starts.map(start => start?.toISOString())).toEqual(['2026-12-20T00:00:00.000Z', undefined]);
  });
});
