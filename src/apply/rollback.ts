import type { Environments } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import type { PlannedGroup } from '../gates/decide.ts';
import type { Candidate } from '../plan/candidates.ts';
import { groupOf } from '../plan/groups.ts';
import { revertMessage } from '../plan/revert-message.ts';
import type { GroupResult, PinsResult } from '../reports/apply.ts';
import type { Effects } from './effects.ts';
import type { Proposal } from './group-commit.ts';
import type { GroupContext } from './group-context.ts';
import type { PreparedRollback, RollbackRequest } from './prepare-rollback.ts';
import { promoteGroup } from './promote.ts';
import { propose } from './propose.ts';
import { proposePullRequest } from './pull-request/propose-pull-request.ts';
import { settle } from './pull-request/settle.ts';
import { restoreImage } from './restore.ts';
import { holdingAll } from './rollback-holds.ts';

/** What a rollback came to. */
export interface RolledBack extends PreparedRollback {
  readonly result: GroupResult;
}

/**
 * Carries a prepared rollback out: lost images, then signatures, records and moving tags as in a promotion, then one
 * commit of the pins and the holds. Throws `PLAN_CHANGED` where a pin took a third value meanwhile.
 */
export async function rollback(
  effects: Effects,
  environments: Environments,
  prepared: PreparedRollback,
  asked: RollbackRequest,
): Promise<RolledBack> {
  const { decision, environment, base, undone, restores, holds, review } = prepared;
  const ended = review?.found && (await settle(review.scene, decision, review.found));
  if (ended) return { ...prepared, result: { decision, pins: ended } };
  if (!('plan' in decision)) return { ...prepared, holds: [], result: { decision } };
  const { members, plan } = decision;
  const { promotion, reason } = asked;
  const { requestedBy } = promotion;
  const message = revertMessage({ plan, members, undone, reason, requestedBy });
  // Without a filter, so that an open branch is built anew rather than added to.
  const request = { ...promotion, images: new Map() };
  const editHolds = holdingAll(environment, members, holds);
  const context = { effects, environments, environment, request, base, plan, message, editHolds };
  const group = { ...context, group: decision, ...(review === undefined ? {} : { review }) };

  if (decision.state === 'waiting' && !isReviewed(prepared)) return { ...prepared, result: { decision } };
  for (const restore of restores) await restoreImage(effects, restore);
  await noticeOpenPromotions(group, members);
  return { ...prepared, result: await carryOut(group, decision) };
}

async function carryOut(context: GroupContext, decision: PlannedGroup): Promise<GroupResult> {
  const { review } = context;
  if (decision.state === 'waiting') {
    const proposal = review
      ? await proposePullRequest(context, review.scene, review.found, 'review')
      : await propose(context);
    return { decision, pins: settled(proposal) };
  }
  const { copies, proposal } = await promoteGroup(context);
  const copied = copies.filter(({ changed }) => changed).length;
  return { decision, done: { copied, present: copies.length - copied, pins: settled(proposal) } };
}

function settled(proposal: Proposal): PinsResult {
  if (proposal.kind !== 'changed') return proposal;
  throw new PromoteError('PLAN_CHANGED', `the rollback no longer holds: ${proposal.reason}`, {
    hint: 'nothing was committed; run again',
  });
}

/** Whether the approval that is waited for is given on the branch that is proposed. */
function isReviewed({ environment }: PreparedRollback): boolean {
  return environment.commit === 'pull-request' && environment.rollback?.approval?.by === 'review';
}

/** A promotion's branch that is open stays: the next run of apply builds it anew on top of the rollback. */
async function noticeOpenPromotions(
  { effects, environment }: GroupContext,
  members: readonly Candidate[],
): Promise<void> {
  const repository = await effects.repository(environment.deployment);
  const groups = new Set(members.map(({ image }) => groupOf(environment.grouping, image)));
  for (const group of groups) {
    const open = await repository.head(`promote/${environment.name}/${group}`);
    if (open) effects.log(`${open.branch} is open; promote apply ${environment.name} brings it up to date`);
  }
}
