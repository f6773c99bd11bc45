import { describe, expect, it } from 'vitest';
import { parseHolds } from '../../src/environments/holds/holds.ts';
import { proposeHold } from '../../src/plan/holds/propose-holds.ts';
import { digestNamed } from '../fixtures/candidates.ts';

const HELD = { environment: 'qa', image: 'api', digest: digestNamed('1'), by: 'ann', since: at(1) };
const FIRST = proposeHold({ ...HELD, until: '2026-12-01' }, 'it crashes')(undefined)(undefined) ?? '';

describe('holding a digest again', () => {
  it.each([
    ['with the same end', '2026-12-01', undefined],
    ['with the same words', '2026-12-01', 'it crashes'],
  ])('changes nothing %s', (_, until, reason) => {
    expect(again(until, reason)).toBe(FIRST);
  });

  it.each([
    ['a later end, for the same reason', '2026-12-24', undefined, 'it crashes'],
    ['no end', undefined, undefined, 'it crashes'],
    ['another reason', '2026-12-01', 'it leaks', 'it leaks'],
  ])('takes the place of the first with %s', (_, until, reason, expected) => {
    const text = again(until, reason);
    expect(parseHolds(text)).toEqual([
      { ...HELD, since: at(2), reason: expected, ...(until === undefined ? {} : { until }) },
    ]);
    expect(text.split('\n')[0]).toBe(FIRST.split('\n')[0]);
  });

  it('keeps the reason of a proposal that it gives another end', () => {
    const hold = { ...HELD, since: at(2), until: '2026-12-24' };
    const text = proposeHold(hold, undefined)(FIRST)(undefined) ?? '';
    expect(parseHolds(text)).toEqual([{ ...hold, reason: 'it crashes' }]);
  });

  it('takes the words and the time of a proposal that asks for the same', () => {
    expect(proposeHold({ ...HELD, since: at(2), until: '2026-12-01' }, undefined)(FIRST)(undefined)).toBe(
      FIRST,
    );
  });
});

function again(until: string | undefined, reason: string | undefined): string {
  const hold = { ...HELD, since: at(2), ...(until === undefined ? {} : { until }) };
  return proposeHold(hold, reason)(undefined)(FIRST) ?? '';
}

function at(day: number): string {
  return `2026-11-0${day}T09:00:00Z`;
}
