import type { MergeMethod, PullRequest } from '../../forges/forge.ts';
import { neutralise } from '../../reports/neutralise.ts';
import type { PinsOutcome } from '../group-commit.ts';
import type { GroupContext } from '../group-context.ts';
import { findChangedHolds } from '../holds-changed.ts';
import { adopt } from './adopt.ts';
import { bringBranch } from './bring-branch.ts';
import { readyStatus, setGroupStatus } from './group-status.ts';
import { readHoldChanges } from './hold-changes.ts';
import { linkTo } from './link-to.ts';
import type { Proposal } from './proposal.ts';
import { isRepair } from './read-change.ts';
import { branchOf, type Scene } from './scene.ts';
import { isTold, tell } from './tell.ts';

/**
 * Brings the group's branch, its pull request and its status to the plan. `review`: gates wait, and the status is
 * pending; `merge`: the images are at their targets, the status turns green, and an automatic merge is made.
 */
export async function proposePullRequest(
  context: GroupContext,
  scene: Scene,
  found: Proposal | undefined,
  goal: 'review' | 'merge',
): Promise<PinsOutcome> {
  const { base, group } = context;
  const branch = branchOf(context, group.group);
  const adopted = isRepair(group.members) ? await adopt(scene, group, found, goal) : 'proposed';
  if (adopted !== 'proposed') return adopted;
  const brought = await bringBranch(context, scene, found);
  if (brought.kind === 'unchanged' || brought.kind === 'changed') return brought;
  if (brought.kind === 'foreign') {
    return {
      kind: 'stopped',
      reason: `branch ${branch} holds what somebody else committed: revert that, or delete the branch`,
      branch,
    };
  }
  const { commit, made } = brought;
  // Its head is another one by now.
  const isMoved = made && found?.pullRequest.state === 'open';
  const fresh = isMoved ? await scene.forge.pullRequests.find(branch, base.branch) : found?.pullRequest;
  const open = fresh?.state === 'open' ? fresh : undefined;
  const holds = await readHoldChanges(scene, group.group, commit);
  const telling = { decision: group, next: found?.next ?? [], holds };
  const changed = made || isTold(scene, telling, open) ? undefined : await findChangedHolds(context);
  if (changed) return changed;
  // Whatever its branch holds by now, this commit is what was judged.
  const pullRequest = { ...(await tell(scene, telling, open)), head: commit };
  const kind = made || open === undefined ? 'proposed' : 'awaiting';
  const proposed = { kind, branch, commit, pullRequest: linkTo(pullRequest) } as const;
  if (goal === 'merge') return await turnGreen(context, scene, pullRequest, proposed);
  await setGroupStatus(scene, group.group, commit, waitingStatus(context));
  return proposed;
}

/** The status and the merge let the pins through, so a hold that was set while the images were copied counts. */
async function turnGreen(
  context: GroupContext,
  scene: Scene,
  pullRequest: PullRequest,
  proposed: Extract<PinsOutcome, { readonly commit: string }>,
): Promise<PinsOutcome> {
  const { plan, group, environment } = context;
  const changed = await findChangedHolds(context);
  if (changed) return changed;
  await setGroupStatus(scene, group.group, proposed.commit, readyStatus(plan.kind));
  const { merge: wanted } = environment.pullRequest;
  if (wanted.kind === 'manual') return proposed;
  return (await findChangedHolds(context)) ?? (await merge(scene, pullRequest, wanted.method, proposed));
}

function waitingStatus({ group }: GroupContext) {
  const reasons = group.verdicts
    .filter(({ kind }) => kind !== 'open')
    .map(({ gate, reason }) => `${gate}: ${reason}`);
  return { state: 'pending', description: neutralise(reasons.join('; ')) } as const;
}

async function merge(
  { forge }: Scene,
  pullRequest: PullRequest,
  method: MergeMethod,
  proposed: Extract<PinsOutcome, { readonly commit: string }>,
): Promise<PinsOutcome> {
  const outcome = await forge.pullRequests.merge(pullRequest, method);
  switch (outcome.kind) {
    case 'merged':
      return {
        kind: 'merged',
        branch: proposed.branch,
        commit: outcome.commit,
        pullRequest: linkTo(pullRequest),
      };
    case 'queued':
      return { ...proposed, note: 'queued to be merged' };
    case 'moved':
      return { kind: 'changed', reason: `the head of ${pullRequest.url} moved meanwhile` };
    case 'refused':
      return { ...proposed, note: `not merged: ${outcome.reason}` };
  }
}
