import { type GroupResult, groupState } from './apply.ts';

/** When closed gates fail a run. A hotfix keeps the gate `backward` closed until its source has caught up. */
export const FAIL_ON_CLOSED = ['true', 'false', 'except-backward'] as const;
export type FailOnClosed = (typeof FAIL_ON_CLOSED)[number];

/** Whether the closed gates of these groups fail the run. */
export function failsOnClosed(choice: FailOnClosed, groups: readonly GroupResult[]): boolean {
  return choice === 'except-backward' ? groups.some(isClosedElsewhere) : choice === 'true';
}

/** Whether a gate other than `backward` is closed in the group, or its pins need a person. */
function isClosedElsewhere(result: GroupResult): boolean {
  const { decision } = result;
  const ofImages = decision.judged.flatMap(({ verdicts }) => verdicts);
  const ofPlan = 'verdicts' in decision ? decision.verdicts : [];
  const closed = [...ofImages, ...ofPlan].filter(({ kind }) => kind === 'closed');
  if (closed.some(({ gate }) => gate !== 'backward')) return true;
  return groupState(result) === 'closed' && decision.state !== 'closed';
}
