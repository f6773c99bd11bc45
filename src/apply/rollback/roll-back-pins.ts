import { isOnPullRequest } from '../../environments/gates/approval.ts';
import { revertMessage } from '../../plan/revert-message.ts';
import { settle } from '../../proposals/settle.ts';
import { askedBy, type CarriedOut, complete, resultOf } from '../carry-out.ts';
import { proposalRun } from '../proposal-run.ts';
import { propose } from '../propose.ts';
import type { PreparedRollback, RollbackRequest } from './prepare-rollback.ts';
import { restoreImage } from './restore.ts';

/**
 * Carries out a rollback as far as its gates allow: first lost images, then signatures, records and moving
 * tags. A commit of pins and holds comes last, or its pull request.
 */
export async function rollBackPins(
  prepared: PreparedRollback,
  { reason }: Pick<RollbackRequest, 'reason'>,
): Promise<CarriedOut> {
  const { run, environment, decision, change, undone, restores, found } = prepared;
  const proposing = proposalRun(run);
  const settled = proposing && (await settle(proposing, { decision, change, found }));
  if (settled) return resultOf(decision, settled);
  if (!('plan' in decision) || !goesOn(prepared)) return resultOf(decision);
  const { members, plan } = decision;
  const message = async (earlier?: readonly string[]) =>
    revertMessage({
      rules: environment,
      plan,
      members,
      undone,
      reason,
      ...(await askedBy(run, found, earlier)),
    });
  const task = { decision, change, plan, message, found };
  for (const restore of restores) await restoreImage(run.effects, restore);
  if (decision.state === 'ready') return await complete(run, task);
  const outcome = await propose(run, task);
  return outcome.kind === 'changed' ? outcome : resultOf(decision, outcome);
}

/** Whether carrying out the rollback would change something now. */
export function goesOn(prepared: PreparedRollback): boolean {
  const { decision } = prepared;
  return decision.state === 'ready' || (decision.state === 'waiting' && isReviewed(prepared));
}

/** Whether the approval is given on the branch's pull request. */
function isReviewed({ environment }: PreparedRollback): boolean {
  return environment.commit === 'pull-request' && isOnPullRequest(environment.rollback?.approval);
}
