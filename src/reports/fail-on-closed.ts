import { type GroupResult, groupState } from './apply.ts';
import type { FailOnClosed } from './closed-choice.ts';

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
