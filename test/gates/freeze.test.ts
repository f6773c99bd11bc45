import { describe, expect, it } from 'vitest';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { freezeGate } from '../../src/gates/freeze.ts';
import type { Plan } from '../../src/plan/plan.ts';
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
function judge(freeze: string, time: string) {
  const text = fileWith({ prod: `gates: { freeze: ${freeze} }` });
  const environment = environmentNamed(parseEnvironments(text, 'environments.yaml'), 'prod');
  return freezeGate.judge(plan, { ...NOTHING, now: new Date(time) }, environment);
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

  it.each<[string, string, string]>([
    ['outside every freeze', `[${WEEKEND}, ${YEARS_END}]`, '2026-12-01T12:00Z'],
    ['within what allows', `[${OFFICE}]`, '2026-11-30T09:00Z'],
  ])('is open %s', (_, freeze, time) => {
    expect(judge(freeze, time)).toMatchObject({ kind: 'open' });
  });

  it.each<[string, string, string]>([
    ['a time zone that is none', '[{ cron: "0 0 * * *", for: 1d, timezone: Mars/Base }]', 'Mars/Base'],
    ['cron fields that are none', '[{ cron: "0 0 * *", for: 1d }]', '"0 0 * *"'],
    ['an end before the start', '[{ from: 2026-12-20, until: 2026-12-19 }]', '2026-12-19'],
    ['a day that does not exist', '[{ from: 2026-02-30, until: 2026-03-01 }]', '2026-02-30'],
    ['an hour that does not exist', '[{ from: 2026-02-20T25:00, until: 2026-03-01 }]', '2026-02-20T25:00'],
    ['no window', '[]', 'freeze'],
  ])('is refused with %s', (_, freeze, under) => {
    expect(problemsOf(fileWith({ prod: `gates: { freeze: ${freeze} }` })).map(marked)).toEqual([under]);
  });
});
