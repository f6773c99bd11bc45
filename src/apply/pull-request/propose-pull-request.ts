import type { PullRequest } from '../../forges/pull-requests.ts';
import { neutralise } from '../../reports/neutralise.ts';
import type { Proposal as Outcome } from '../group-commit.ts';
import type { GroupContext } from '../group-context.ts';
import { bringBranch } from './bring-branch.ts';
import { setGroupStatus } from './group-status.ts';
import type { Proposal } from './proposal.ts';
import { branchOf, type Scene } from './scene.ts';
import { tell } from './tell.ts';

/**
 * Brings the group's branch, its pull request and its status to the plan. `review`: gates wait, and the status is
 * pending; `merge`: the images are at their targets, the status turns green, and an automatic merge is made.
 */
export async function proposePullRequest(
  context: GroupContext,
  scene: Scene,
  found: Proposal | undefined,
  goal: 'review' | 'merge',
): Promise<Outcome> {
  const { base, group } = context;
  const branch = branchOf(context, group.group);
  const brought = await bringBranch(context, scene, found);
  if (brought.kind === 'unchanged' || brought.kind === 'changed') return brought;
  if (brought.kind === 'foreign') {
    return { kind: 'stopped', reason: `branch ${branch} holds what somebody else committed`, branch };
  }
  const { commit, made } = brought;
  const fresh = made ? await scene.forge.pullRequests.find(branch, base.branch) : found?.pullRequest;
  const open = fresh?.state === 'open' ? fresh : undefined;
  const pullRequest = await tell(scene, { decision: group, next: found?.next ?? [] }, open);
  await setGroupStatus(scene, group.group, commit, goal === 'merge' ? READY : waitingStatus(context));
  const kind = made || open === undefined ? 'proposed' : 'awaiting';
  const proposed = { kind, branch, commit, pullRequest: linkTo(pullRequest) } as const;
  return goal === 'merge' ? await merge(context, scene, pullRequest, proposed) : proposed;
}

/** How results name a pull request. */
export function linkTo({ number, url }: PullRequest) {
  return { number, url };
}

const READY = { state: 'success', description: 'the images are at their targets: ready to merge' } as const;

function waitingStatus({ group }: GroupContext) {
  const reasons = group.verdicts
    .filter(({ kind }) => kind !== 'open')
    .map(({ gate, reason }) => `${gate}: ${reason}`);
  return { state: 'pending', description: neutralise(reasons.join('; ')) } as const;
}

async function merge(
  { environment }: GroupContext,
  { forge }: Scene,
  pullRequest: PullRequest,
  proposed: Extract<Outcome, { readonly commit: string }>,
): Promise<Outcome> {
  const { merge } = environment.pullRequest;
  if (merge.kind === 'manual') return proposed;
  const outcome = await forge.pullRequests.merge(pullRequest, merge.method);
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
