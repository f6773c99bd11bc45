import type { PlannedGroup } from '../gates/decide.ts';
import type { PinsOutcome } from './task.ts';

/** Why a group has to be judged anew: a gate that was open has closed at a known time. */
export function closedMeanwhile(
  { verdicts }: Pick<PlannedGroup, 'verdicts'>,
  now: Date,
): Extract<PinsOutcome, { kind: 'changed' }> | undefined {
  const closed = verdicts.find(
    verdict => verdict.kind === 'open' && verdict.closesAt !== undefined && new Date(verdict.closesAt) <= now,
  );
  return closed && { kind: 'changed', reason: `the gate ${closed.gate} has closed since it was judged` };
}
