import { isActive } from '../../environments/holds/holds.ts';
import type { GroupDecision } from '../../gates/decide.ts';
import { kindOf } from '../../plan/groups.ts';
import type { DecisionKind } from '../../plan/plan.ts';
import type { PinsResult } from '../../reports/apply.ts';
import { neutralise } from '../../reports/neutralise.ts';
import { holdFacts } from '../holds.ts';
import { closePullRequest } from './close.ts';
import { setGroupStatus } from './group-status.ts';
import { readHoldChanges } from './hold-changes.ts';
import { linkTo } from './link-to.ts';
import type { Proposal } from './proposal.ts';
import type { Scene } from './scene.ts';
import { tell } from './tell.ts';

/**
 * Does what is left to do with a pull request whose group is not to be promoted now: closes it where nothing is left
 * to promote or a rollback took all of it back, turns its status back where a gate closed, and says so where somebody's
 * work on its branch is kept. `undefined` where the group goes on.
 */
export async function settle(
  scene: Scene,
  decision: GroupDecision,
  { pullRequest, state }: Proposal,
): Promise<PinsResult | undefined> {
  const link = linkTo(pullRequest);
  const stop = async (reason: string): Promise<PinsResult> => {
    await setGroupStatus(scene, decision.group, pullRequest.head, { state: 'failure', description: reason });
    const holds = await readHoldChanges(scene, decision.group, pullRequest.head);
    await tell(scene, { decision, next: [], holds, stopped: reason }, pullRequest);
    return { kind: 'stopped', reason, branch: pullRequest.branch, pullRequest: link };
  };
  if (state === 'declined') return { kind: 'declined', pullRequest: link };
  if (state === 'ended') return undefined;
  if (state === 'foreign')
    return await stop('its branch holds what somebody else committed: revert that, or delete the branch');
  if (decision.state === 'closed') {
    const reason = closedReason(decision);
    if (!isTakenBack(scene, decision)) return await stop(reason);
    await closePullRequest(scene.forge, scene.environment.pullRequest, pullRequest, neutralise(reason));
    return { kind: 'closed', pullRequest: link, reason };
  }
  if (decision.state !== 'nothing' || isFiltered(scene)) return undefined;
  await closePullRequest(
    scene.forge,
    scene.environment.pullRequest,
    pullRequest,
    `Nothing is left to ${LEFT[kindOf(decision.group)]}.`,
  );
  return { kind: 'closed', pullRequest: link };
}

/** What there was to do, by what a group decides about. */
const LEFT = { promotion: 'promote', rollback: 'take back', hold: 'change' } satisfies Record<
  DecisionKind,
  string
>;

/** Whether exactly these digests are held without an end, as a rollback leaves them. */
function isTakenBack({ effects, environment, files }: Scene, { judged }: GroupDecision): boolean {
  const now = effects.now();
  const facts = holdFacts(environment, files.holds, now);
  const held = facts.kind === 'read' ? facts.holds : [];
  return judged.every(({ image, candidate }) =>
    held.some(
      hold =>
        hold.image === image &&
        hold.digest === candidate?.digest &&
        hold.until === undefined &&
        isActive(hold, now),
    ),
  );
}

function closedReason({ judged }: GroupDecision): string {
  const closed = judged.flatMap(({ image, verdicts }) =>
    verdicts
      .filter(({ kind }) => kind === 'closed')
      .map(({ gate, reason }) => `${image}: ${gate}: ${reason}`),
  );
  return closed.join('; ');
}

/** A run for some images says nothing about the others of a group. */
function isFiltered({ request, environment }: Scene): boolean {
  return request.images.size > 0 && environment.grouping.kind !== 'image';
}
