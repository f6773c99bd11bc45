import { describe, expect, it } from 'vitest';
import { branchState } from '../../src/proposals/plain-branch.ts';
import type { Maker } from '../../src/proposals/proposal.ts';
import { digestNamed } from '../fixtures/candidates.ts';

const PLAN = digestNamed('plan');
const OURS: Maker = { kind: 'promote', plan: PLAN };
const OTHERS: Maker = { kind: 'promote', plan: digestNamed('another plan') };
const PERSON: Maker = { kind: 'person', name: 'alice' };

describe('the state of a branch on plain Git', () => {
  it.each<[string, boolean, boolean, Maker, string]>([
    ['has the plan', true, false, OURS, 'current'],
    ['lost a part of the plan', false, false, OURS, 'outdated'],
    ['has another plan with the same pins', true, false, OTHERS, 'outdated'],
    ['has another plan with the same pins, in a filtered run', true, true, OTHERS, 'current'],
    ['has another plan', false, false, OTHERS, 'outdated'],
    ['has another plan, in a filtered run', false, true, OTHERS, 'outdated'],
    ['has the pins from a person', true, false, PERSON, 'current'],
    ['has other commits of a person', false, false, PERSON, 'foreign'],
    ['has other commits of a person, in a filtered run', false, true, PERSON, 'foreign'],
  ])('that %s', (_, isComplete, isFiltered, maker, expected) => {
    const isOurs = maker.kind === 'promote';
    expect(branchState({ isComplete, isFiltered, isOurs, maker }, PLAN)).toBe(expected);
  });

  it('without commits of its own is nobody’s', () => {
    const facts = { isComplete: false, isFiltered: false, isOurs: true, maker: PERSON };
    expect(branchState(facts, PLAN)).toBe('outdated');
  });
});
