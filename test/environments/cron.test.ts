import { describe, expect, it } from 'vitest';
import { matchesCron, parseCron } from '../../src/environments/cron.ts';
import { opensAt } from '../../src/environments/refresh.ts';
import { refresh } from './refresh-of.ts';

/** The times of which the cron names one, in a zone. */
function matching(cron: string, timezone: string, times: readonly string[]): readonly string[] {
  const parsed = parseCron(cron, timezone);
  if (parsed === undefined) throw new Error(`${cron} is none`);
  return times.filter(time => matchesCron(parsed, new Date(time)));
}

describe('five fields', () => {
  it.each<[string, readonly string[]]>([
    // 2026-11-23 is a Monday.
    ['* * * * *', ['2026-11-22T00:00Z', '2026-11-23T03:07Z', '2026-12-01T23:59Z']],
    ['* 0-6 * * MON-FRI', ['2026-11-23T03:07Z']],
    ['7 3 * * *', ['2026-11-23T03:07Z']],
    ['*/7 * * * *', ['2026-11-22T00:00Z', '2026-11-23T03:07Z']],
    ['1-59/2 * * * *', ['2026-11-23T03:07Z', '2026-12-01T23:59Z']],
    ['* * * * TUE#1', ['2026-12-01T23:59Z']],
    ['* 22-23,0 * * *', ['2026-11-22T00:00Z', '2026-12-01T23:59Z']],
    ['* * * * 0', ['2026-11-22T00:00Z']],
    ['* * * * 7', ['2026-11-22T00:00Z']],
    ['* * * * sat,Sun', ['2026-11-22T00:00Z']],
    ['* * * dec *', ['2026-12-01T23:59Z']],
    ['* * 1 * *', ['2026-12-01T23:59Z']],
    ['* * 1 * MON', ['2026-11-23T03:07Z', '2026-12-01T23:59Z']],
    ['* * 1-31/22 * *', ['2026-11-23T03:07Z', '2026-12-01T23:59Z']],
    [' * \t3 *  11 1 ', ['2026-11-23T03:07Z']],
  ])('%s', (cron, expected) => {
    const times = ['2026-11-22T00:00Z', '2026-11-23T03:07Z', '2026-12-01T23:59Z'];
    expect(matching(cron, 'UTC', times)).toEqual(expected);
  });

  it.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '* 6-0 * * *',
    '*/0 * * * *',
    '* * * * MO',
    '1/2 * * * *',
    '2026-11-23T03:07:00',
    '*-3 * * * *',
    '1, * * * *',
    '@daily',
    '-1 * * * *',
    '1.5 * * * *',
  ])('%j is none', cron => {
    expect(parseCron(cron)).toBeUndefined();
  });
});

describe('a window in a time zone', () => {
  const NIGHT = '{ schedule: { cron: "* 2 * * *", timezone: Europe/Berlin } }';
  it.each<[string, string, string, boolean]>([
    ['in winter', NIGHT, '2026-01-15T01:30Z', true],
    ['in summer', NIGHT, '2026-07-15T00:30Z', true],
    ['in summer, by the clock of winter', NIGHT, '2026-07-15T01:30Z', false],
    ['in the hour that spring leaves out, before', NIGHT, '2026-03-29T00:59Z', false],
    ['in the hour that spring leaves out, after', NIGHT, '2026-03-29T01:00Z', false],
    ['in the hour that autumn has twice, first', NIGHT, '2026-10-25T00:30Z', true],
    ['in the hour that autumn has twice, again', NIGHT, '2026-10-25T01:30Z', true],
    ['after both', NIGHT, '2026-10-25T02:00Z', false],
    [
      'on the weekday there',
      '{ schedule: { cron: "* * * * MON", timezone: Asia/Tokyo } }',
      '2026-11-22T15:00Z',
      true,
    ],
    [
      'on the weekday here',
      '{ schedule: { cron: "* * * * MON", timezone: Asia/Tokyo } }',
      '2026-11-23T15:00Z',
      false,
    ],
    [
      'half an hour off',
      '{ schedule: { cron: "* 5 * * *", timezone: Asia/Kolkata } }',
      '2026-11-22T23:30Z',
      true,
    ],
    ['without a zone', '{ schedule: { cron: "* 5 * * *" } }', '2026-11-22T05:59:59Z', true],
    [
      'in the second of two',
      '{ schedule: [{ cron: "* 5 * * *" }, { cron: "* 7 * * *" }] }',
      '2026-11-22T07:00Z',
      true,
    ],
    ['without a window', '{}', '2026-11-22T07:00Z', true],
  ])('%s', (_, written, time, expected) => {
    expect(opensAt(refresh(written), new Date(time))).toBe(expected);
  });
});
