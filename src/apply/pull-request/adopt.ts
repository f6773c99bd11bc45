import type { PlannedGroup } from '../../gates/decide.ts';
import type { PinsOutcome } from '../group-commit.ts';
import { closePullRequest } from './close.ts';
import { readyStatus, setGroupStatus } from './group-status.ts';
import { linkTo } from './link-to.ts';
import type { Proposal } from './proposal.ts';
import type { Scene } from './scene.ts';

/**
 * What becomes of a group whose pins are right already. There is nothing to merge, so a pull request without edits is
 * opened only to collect the reviews that an approval asks for (`proposed`), and closed once its images are at their
 * targets. One that was merged before it had them goes on collecting.
 */
export async function adopt(
  scene: Scene,
  { group, plan }: PlannedGroup,
  found: Proposal | undefined,
  goal: 'review' | 'merge',
): Promise<PinsOutcome | 'proposed'> {
  const isReviewed = scene.environment.gates.approval?.by === 'review';
  if (goal === 'review') {
    const isMerged = found?.pullRequest.state === 'merged' && found.change.kind === 'plan';
    return isReviewed && !isMerged ? 'proposed' : { kind: 'unchanged' };
  }
  if (found?.state !== 'current') return { kind: 'unchanged' };
  const { pullRequest } = found;
  await setGroupStatus(scene, group, pullRequest.head, readyStatus(plan.kind));
  await closePullRequest(
    scene.forge,
    scene.environment.pullRequest,
    pullRequest,
    'The images are at their targets, and the pins were right already.',
  );
  return { kind: 'closed', pullRequest: linkTo(pullRequest) };
}
