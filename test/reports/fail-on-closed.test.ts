import { expect, it } from 'vitest';
import type { Judged } from '../../src/gates/decide.ts';
import { failsOnClosed } from '../../src/reports/fail-on-closed.ts';

function closedBy(...gates: readonly string[]) {
  const verdicts = gates.map(gate => ({ kind: 'closed', gate, reason: 'r', hint: 'h' }) as const);
  const judged: Judged = { image: 'api', verdicts };
  return { decision: { group: 'api', state: 'closed', judged: [judged] } } as const;
}

it.each([
  ['true', [closedBy('backward')], true],
  ['false', [closedBy('hold')], false],
  ['except-backward', [closedBy('backward')], false],
  ['except-backward', [closedBy('backward'), closedBy('hold')], true],
  ['except-backward', [closedBy('backward', 'signature')], true],
] as const)('%s of %j: %s', (choice, groups, expected) => {
  expect(failsOnClosed(choice, groups)).toBe(expected);
});

it('a pull request that needs a person fails, whatever the gates say', () => {
  const { decision } = closedBy('backward');
  const pins = { kind: 'stopped', reason: 'r', branch: 'b' } as const;
  const group = { decision: { ...decision, state: 'nothing' as const }, pins };
  expect(failsOnClosed('except-backward', [group])).toBe(true);
});
