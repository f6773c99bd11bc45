import { type GroupResult, groupState } from './apply.ts';

/** Whether closed gates make a run a failure; a hotfix closes `backward` for as long as its source is behind it. */
export const FAIL_ON_CLOSED = ['true', 'false', 'except-backward'] as const;
export type FailOnClosed = (typeof FAIL_ON_CLOSED)[number];

/** Whether what is closed in these groups makes the run a failure. */
export function failsOnClosed(choice: FailOnClosed, groups: readonly GroupResult[]): boolean {
  return choice === 'except-backward' ? groups.some(isClosedElsewhere) : choice === 'true';
}

/** Whether anything but the gate `backward` is closed in the group, or its pins need a person. */
function isClosedElsewhere(result: GroupResult): boolean {
  const { decision } = result;
  const ofImages = decision.judged.flatMap(({ verdicts }) => verdicts);
  const ofPlan = 'verdicts' in decision ? decision.verdicts : [];
  const closed = [...ofImages, ...ofPlan].filter(({ kind }) => kind === 'closed');
  if (closed.some(({ gate }) => gate !== 'backward')) return true;
  return groupState(result) === 'closed' && decision.state !== 'closed';
}
