import type { Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import { againWith, type PromotionRequest } from '../../plan/request.ts';
import { revertMessage } from '../../plan/revert-message.ts';
import { advance } from '../../proposals/advance.ts';
import { settle } from '../../proposals/settle.ts';
import type { GroupResult, PinsResult } from '../../reports/apply.ts';
import { askedBy, type CarriedOut, complete, resultOf } from '../carry-out.ts';
import type { Effects } from '../effects.ts';
import { DEADLINE, propose } from '../propose.ts';
import { proposalRun } from '../run.ts';
import { type PreparedRollback, prepareRollback, type RollbackRequest } from './prepare-rollback.ts';
import { restoreImage } from './restore.ts';
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
    const outcome = await rollBackPins(attempt, asked);
    if (outcome.kind === 'carried-out')
      return await concluded(effects, environments, attempt, asked, outcome.result);
    attempt = await prepareRollback(effects, environments, asked);
    if (isAnother(attempt, prepared) || effects.now().getTime() > until)
      throw changed(outcome.reason, asked.promotion);
    effects.log(`${outcome.reason}: rolling back anew`);
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

/** Whether something else would be rolled back than was agreed to; another run may have done it all. */
function isAnother({ decision }: PreparedRollback, before: PreparedRollback): boolean {
  const digestOf = (known: PreparedRollback['decision']) => ('plan' in known ? known.plan.digest : undefined);
  return decision.state !== 'nothing' && digestOf(decision) !== digestOf(before.decision);
}

function changed(reason: string, request: PromotionRequest): PromoteError {
  return new PromoteError('PLAN_CHANGED', `the rollback no longer holds: ${reason}`, {
    hint: `nothing was committed; look at it anew: ${againWith(request)}`,
  });
}

/**
 * Lost images, then signatures, records and moving tags as in a promotion, then one commit of the pins and the holds:
 * as far as the gates allow, and by the pull request where there is one.
 */
export async function rollBackPins(
  prepared: PreparedRollback,
  { reason }: Pick<RollbackRequest, 'reason'>,
): Promise<CarriedOut> {
  const { run, decision, change, undone, restores, found } = prepared;
  const proposing = proposalRun(run);
  const settled = proposing && (await settle(proposing, { decision, change, found }));
  if (settled) return resultOf(decision, settled);
  if (!('plan' in decision) || !goesOn(prepared)) return resultOf(decision);
  const { members, plan } = decision;
  const message = revertMessage({ plan, members, undone, reason, requesters: askedBy(run, found) });
  const task = { decision, change, plan, message, found };
  for (const restore of restores) await restoreImage(run.effects, restore);
  if (decision.state === 'ready') return await complete(run, task);
  const outcome = await (proposing === undefined ? propose(run, task) : advance(proposing, task));
  return outcome.kind === 'changed' ? outcome : resultOf(decision, outcome);
}

/** Whether carrying it out would change something now, and not only say what it waits for. */
export function goesOn(prepared: PreparedRollback): boolean {
  const { decision } = prepared;
  return decision.state === 'ready' || (decision.state === 'waiting' && isReviewed(prepared));
}

/** Whether the approval that is waited for is given on the branch that is proposed. */
function isReviewed({ environment }: PreparedRollback): boolean {
  return environment.commit === 'pull-request' && environment.rollback?.approval?.by === 'review';
}

/** Whether the holds are written, or proposed. */
function isHeld({ decision }: PreparedRollback, pins: PinsResult | undefined): boolean {
  const ended: readonly PinsResult['kind'][] = ['closed', 'declined', 'stopped'];
  return 'plan' in decision && pins !== undefined && !ended.includes(pins.kind);
}
