import { expect, it } from 'vitest';
import { heldBy } from '../../src/run/history/history.ts';
import { digestNamed } from '../fixtures/candidates.ts';

const digest = digestNamed('bad');
const isHeld = heldBy([{ image: 'api', digest, since: '2026-11-21T09:00:00Z' }]);

it.each([
  ['the second that the hold was set in', '2026-11-21T09:00:00.900Z', false],
  ['the second after it', '2026-11-21T09:00:01Z', true],
])('tells whether a digest was held in %s', (_, at, expected) => {
  expect(isHeld('api', digest, new Date(at))).toBe(expected);
});

it('tells of nothing else', () => {
  const later = new Date('2026-11-22T09:00:00Z');
  expect([isHeld('web', digest, later), isHeld('api', digestNamed('good'), later)]).toEqual([false, false]);
});

it('knows that a digest was held then, though its hold was lifted or has ended since', () => {
  const held = { image: 'api', digest, since: '2026-11-21T09:00:00Z' };
  const lifted = heldBy([{ ...held, lifted: { by: 'ann', since: '2026-11-22T09:00:00Z' } }]);
  const ended = heldBy([{ ...held, until: '2026-11-22T09:00:00Z' }]);
  for (const isHeldBy of [lifted, ended])
    expect(
      ['2026-11-22T08:59:00Z', '2026-11-22T09:01:00Z'].map(at => isHeldBy('api', digest, new Date(at))),
    ).toEqual([true, false]);
});
