import { expect, it } from 'vitest';
import { parseInstant } from '../../src/plan/instant.ts';

it.each([
  ['2026-11-21', '2026-11-21T00:00:00.000Z'],
  ['2026-11-21T15:34', '2026-11-21T15:34:00.000Z'],
  ['2026-11-21T15:34:45Z', '2026-11-21T15:34:45.000Z'],
  ['2026-11-21T15:34:45.5+02:00', '2026-11-21T13:34:45.500Z'],
  ['2026-11-21 15:34:45 +0100', '2026-11-21T14:34:45.000Z'],
  ['2026-11-21 15:34:45', '2026-11-21T15:34:45.000Z'],
  ['2026-02-31', undefined],
  ['2026-13-01', undefined],
  ['2026-11-21T25:00', undefined],
  ['2026-11-21-rc1', undefined],
  ['2026', undefined],
  ['yesterday', undefined],
  ['', undefined],
])('reads %j as a time in UTC', (text, expected) => {
  expect(parseInstant(text)?.toISOString()).toBe(expected);
});
