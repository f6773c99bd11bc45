import { describe, expect, it } from 'vitest';
import {
  type DecisionState,
  type Goal,
  nextStep,
  type ProposalState,
} from '../../src/proposals/next-step.ts';

const PROPOSALS: readonly ProposalState[] = [
  'none',
  'ended',
  'declined',
  'foreign',
  'wider',
  'outdated',
  'current',
  'green',
];
const GOALS: readonly Goal[] = ['none', 'review', 'green', 'merge', 'close', 'branch'];

/** One letter a step, in the order of `PROPOSALS`. */
const STEPS = {
  '-': 'leave',
  S: 'stop',
  C: 'close',
  U: 'update',
  R: 'collect-reviews',
  G: 'turn-green',
  M: 'merge',
} as const;

describe('the next step of a proposal', () => {
  it.each<[DecisionState, string]>([
    ['failed', '--------'],
    ['postponed', '--------'],
    ['unasked', '---S----'],
    ['nothing', '---S-CCC'],
    ['closed', '---S-SSS'],
    ['rolled-back', '---S-CCC'],
  ])('of a group that is %s does not depend on a goal', (decision, expected) => {
    for (const goal of GOALS) expect(rowOf(decision, goal)).toBe(expected);
  });

  it.each<[Goal, string]>([
    ['none', '---S----'],
    ['review', 'UU-S-URR'],
    ['green', 'UU-S-URR'],
    ['merge', 'UU-S-URR'],
    ['close', 'UU-S-URR'],
    ['branch', '--------'],
  ])('of a group that waits, on its way to %s, ends at its reviews', (goal, expected) => {
    expect(rowOf('waiting', goal)).toBe(expected);
  });

  it.each<[Goal, string]>([
    ['none', '---S----'],
    ['review', 'UU-S-URR'],
    ['green', 'UU-S-UG-'],
    ['merge', 'UU-S-UGM'],
    ['close', '---S--GC'],
    ['branch', 'UU-S-U--'],
  ])('of a group that is ready, on its way to %s, ends there', (goal, expected) => {
    expect(rowOf('ready', goal)).toBe(expected);
  });

  it('comes to an end from every state', () => {
    const after: Partial<Record<string, ProposalState>> = {
      update: 'current',
      'turn-green': 'green',
    };
    for (const goal of GOALS) {
      for (const start of PROPOSALS) {
        let state: ProposalState | undefined = start;
        let steps = 0;
        while (state !== undefined && steps < 5) {
          state = after[nextStep('ready', state, goal)];
          steps += 1;
        }
        expect(steps).toBeLessThan(5);
      }
    }
  });
});

function rowOf(decision: DecisionState, goal: Goal): string {
  return PROPOSALS.map(proposal => {
    const step = nextStep(decision, proposal, goal);
    return Object.entries(STEPS).find(([, name]) => name === step)?.[0];
  }).join('');
}
