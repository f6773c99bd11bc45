import type { Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { PlannedGroup } from '../../gates/decide.ts';
import { revertMessage } from '../../plan/revert-message.ts';
import type { GroupResult, PinsResult } from '../../reports/apply.ts';
import type { CarriedOut } from '../carry-out.ts';
import type { Effects } from '../effects.ts';
import type { GroupContext } from '../group-context.ts';
import { promoteGroup } from '../promote.ts';
import { DEADLINE, propose } from '../propose.ts';
import { proposePullRequest } from '../pull-request/propose-pull-request.ts';
import { settle } from '../pull-request/settle.ts';
import { type PreparedRollback, prepareRollback, type RollbackRequest } from './prepare-rollback.ts';
import { restoreImage } from './restore.ts';
import { holdingAll } from './rollback-holds.ts';
import { updatePromotions } from './update-promotions.ts';

/** What a rollback came to. */
export interface RolledBack extends PreparedRollback {
  readonly result: GroupResult;
  /** What became of the environment's promotions that were proposed. */
  readonly others: readonly GroupResult[];
}

/**
 * Carries a prepared rollback out, and brings the promotions that are proposed beside it up to date. Where a branch
 * moved meanwhile it is thought through again; throws `PLAN_CHANGED` where that gives another plan.
 */
export async function rollback(
  effects: Effects,
  environments: Environments,
  prepared: PreparedRollback,
  asked: RollbackRequest,
): Promise<RolledBack> {
  const until = effects.now().getTime() + DEADLINE;
  for (let attempt = prepared; ; ) {
    const outcome = await returnPins(effects, environments, attempt, asked);
    if (outcome.kind === 'carried-out')
      return await concluded(effects, environments, attempt, asked, outcome.result);
    attempt = await prepareRollback(effects, environments, asked);
    if (isAnother(attempt, prepared) || effects.now().getTime() > until) throw changed(outcome.reason);
    effects.log(`${outcome.reason}: going back anew`);
  }
}

async function concluded(
  effects: Effects,
  environments: Environments,
  prepared: PreparedRollback,
  { promotion }: RollbackRequest,
  result: GroupResult,
): Promise<RolledBack> {
  const pins = result.done?.pins ?? result.pins;
  const others = pins === undefined ? [] : await updatePromotions(effects, environments, prepared, promotion);
  return { ...prepared, holds: isHeld(prepared, pins) ? prepared.holds : [], result, others };
}

/** Whether something else would go back than was agreed to; another run may have done it all. */
function isAnother({ decision }: PreparedRollback, before: PreparedRollback): boolean {
  const digestOf = (known: PreparedRollback['decision']) => ('plan' in known ? known.plan.digest : undefined);
  return decision.state !== 'nothing' && digestOf(decision) !== digestOf(before.decision);
}

function changed(reason: string): PromoteError {
  return new PromoteError('PLAN_CHANGED', `the rollback no longer holds: ${reason}`, {
    hint: 'nothing was committed; run again',
  });
}

/**
 * Lost images, then signatures, records and moving tags as in a promotion, then one commit of the pins and the holds:
 * as far as the gates allow, and by the pull request where there is one.
 */
export async function returnPins(
  effects: Effects,
  environments: Environments,
  prepared: PreparedRollback,
  { promotion, reason }: Pick<RollbackRequest, 'promotion' | 'reason'>,
): Promise<CarriedOut> {
  const { decision, environment, base, undone, restores, holds, review } = prepared;
  const ended =
    review?.found && decision.state !== 'failed' && (await settle(review.scene, decision, review.found));
  if (ended) return { kind: 'carried-out', result: { decision, pins: ended } };
  const waitsElsewhere = decision.state === 'waiting' && !isReviewed(prepared);
  if (!('plan' in decision) || waitsElsewhere) return { kind: 'carried-out', result: { decision } };
  const { members, plan } = decision;
  const message = revertMessage({ plan, members, undone, reason, requestedBy: promotion.requestedBy });
  // Without a filter, so that an open branch is built anew rather than added to.
  const request = { ...promotion, images: new Map() };
  const editHolds = holdingAll(environment, members, holds);
  const context = { effects, environments, environment, request, base, plan, message, editHolds };
  for (const restore of restores) await restoreImage(effects, restore);
  return await carryOut(
    { ...context, group: decision, ...(review === undefined ? {} : { review }) },
    decision,
  );
}

async function carryOut(context: GroupContext, decision: PlannedGroup): Promise<CarriedOut> {
  const { review } = context;
  if (decision.state === 'waiting') {
    const proposal = review
      ? await proposePullRequest(context, review.scene, review.found, 'review')
      : await propose(context);
    if (proposal.kind === 'changed') return proposal;
    return { kind: 'carried-out', result: { decision, pins: proposal } };
  }
  const { copies, proposal } = await promoteGroup(context);
  if (proposal.kind === 'changed') return proposal;
  const copied = copies.filter(({ changed }) => changed).length;
  const done = { copied, present: copies.length - copied, pins: proposal };
  return { kind: 'carried-out', result: { decision, done } };
}

/** Whether the approval that is waited for is given on the branch that is proposed. */
function isReviewed({ environment }: PreparedRollback): boolean {
  return environment.commit === 'pull-request' && environment.rollback?.approval?.by === 'review';
}

/** Whether the holds are written, or would be. */
function isHeld({ decision }: PreparedRollback, pins: PinsResult | undefined): boolean {
  const ended: readonly (PinsResult['kind'] | undefined)[] = ['closed', 'declined', 'stopped'];
  return 'plan' in decision && !ended.includes(pins?.kind);
}
