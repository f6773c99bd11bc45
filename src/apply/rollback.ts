import type { Environments } from '../environments/environments.ts';
import { type Hold, holdTime } from '../environments/holds.ts';
import { PromoteError } from '../errors.ts';
import type { PlannedGroup } from '../gates/decide.ts';
import { shortDigest } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import { groupOf } from '../plan/groups.ts';
import { revertMessage } from '../plan/revert-message.ts';
import type { GroupResult, PinsResult } from '../reports/apply.ts';
import type { Effects } from './effects.ts';
import type { Proposal } from './group-commit.ts';
import type { GroupContext } from './group-context.ts';
import { type EditHolds, forgetting, holding } from './holds.ts';
import type { PreparedRollback, RollbackRequest } from './prepare-rollback.ts';
import { promoteGroup } from './promote.ts';
import { propose } from './propose.ts';
import { restoreImage } from './restore.ts';

/** What a rollback came to. */
export interface RolledBack extends PreparedRollback {
  readonly result: GroupResult;
  /** What is kept out from then on. */
  readonly holds: readonly Hold[];
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
  const { decision, environment, base, undone, restores } = prepared;
  if (!('plan' in decision)) return { ...prepared, result: { decision }, holds: [] };
  const { members, plan } = decision;
  const { promotion, reason } = asked;
  const holds = holdsOn(prepared, members, asked, effects.now());
  const editHolds: EditHolds = text =>
    holds.reduce((edited, hold) => holding(hold)(edited), forgetting(environment, members)(text));
  const { requestedBy } = promotion;
  const message = revertMessage({ plan, members, undone, reason, requestedBy });
  // Without a filter, so that an open branch is built anew rather than added to.
  const request = { ...promotion, images: new Map() };
  const context = { effects, environments, environment, request, base, plan };
  const group = { ...context, group: decision, message, editHolds };

  if (decision.state === 'waiting' && !isReviewed(prepared))
    return { ...prepared, result: { decision }, holds };
  for (const restore of restores) await restoreImage(effects, restore);
  await noticeOpenPromotions(group, members);
  return { ...prepared, result: await carryOut(group, decision), holds };
}

async function carryOut(context: GroupContext, decision: PlannedGroup): Promise<GroupResult> {
  if (decision.state === 'waiting') return { decision, pins: settled(await propose(context)) };
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

function holdsOn(
  { environment }: PreparedRollback,
  members: readonly Candidate[],
  { by, reason }: RollbackRequest,
  now: Date,
): readonly Hold[] {
  const returning = new Set(members.map(({ image, digest }) => `${image}@${digest}`));
  const left = members.flatMap(({ image, digest, source, current }) =>
    current.flatMap(state => {
      if (state.digest === undefined || returning.has(`${image}@${state.digest}`)) return [];
      const back = `rolled back to ${source.tag ?? shortDigest(digest)}`;
      return [{ image, digest: state.digest, reason: reason ?? back }];
    }),
  );
  const since = holdTime(now);
  const distinct = new Map(left.map(hold => [`${hold.image}@${hold.digest}`, hold]));
  return [...distinct.values()].map(hold => ({ environment: environment.name, ...hold, by, since }));
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
