import { isActive } from '../environments/holds/holds.ts';
import type { GroupDecision } from '../gates/decide.ts';
import { holdFacts } from '../gates/hold.ts';
import { isPromotion, kindOf } from '../plan/groups.ts';
import type { DecisionKind } from '../plan/plan.ts';
import { neutralise } from '../reports/neutralise.ts';
import type { PinsResult } from '../reports/pins.ts';
import { askAgain } from '../reports/plan.ts';
import { closePullRequest } from './close.ts';
import { contentFacts } from './content.ts';
import { type DecisionState, nextStep } from './next-step.ts';
import { linkTo, type Proposal } from './proposal.ts';
import { publish } from './publish.ts';
import type { ProposalRun } from './run.ts';
import { setGroupStatus } from './status.ts';
import type { GroupTask } from './task.ts';

/**
 * Takes the one step of a pull request whose group does not continue. It is closed if nothing is left or a
 * rollback has reverted it. Its status fails with the reason if a gate is closed or its branch has commits by
 * others. `undefined` if the group continues, or there is nothing to do.
 */
export async function settle(
  run: ProposalRun,
  task: Pick<GroupTask, 'decision' | 'change' | 'found'>,
): Promise<PinsResult | undefined> {
  const { decision, found } = task;
  if (found === undefined) return undefined;
  const pullRequest = linkTo(found.pullRequest);
  switch (nextStep(decisionState(run, decision), found.state, 'review')) {
    case 'stop':
      return await stop(run, task, found);
    case 'close': {
      const reason = decision.state === 'closed' ? closedReason(decision) : undefined;
      const comment =
        reason === undefined ? `Nothing is left to ${LEFT[kindOf(decision.group)]}.` : neutralise(reason);
      await closePullRequest(run.forge, run.environment.pullRequest, found.pullRequest, comment);
      return { kind: 'closed', pullRequest, reason };
    }
    case 'leave':
      return found.state === 'declined' && decision.state !== 'failed'
        ? {
            kind: 'declined',
            pullRequest,
            by: found.pullRequest.closedBy?.name,
            hint: isPromotion(decision.group) ? askAgain(run.environment.name, run.environments) : undefined,
          }
        : undefined;
    default:
      return undefined;
  }
}

async function stop(
  run: ProposalRun,
  { decision, change }: Pick<GroupTask, 'decision' | 'change'>,
  { pullRequest, state }: Proposal,
): Promise<PinsResult> {
  const reason = state === 'foreign' ? FOREIGN : closedReason(decision);
  const { head, branch } = pullRequest;
  await setGroupStatus(run, decision.group, head, { state: 'failure', description: reason }, pullRequest);
  await publish(
    run,
    await contentFacts(run, change, { decision, next: [], head, open: pullRequest, stopped: reason }),
    pullRequest,
  );
  return { kind: 'stopped', reason, branch, pullRequest: linkTo(pullRequest) };
}

const FOREIGN = 'its branch holds what somebody else committed: revert that, or delete the branch';

/** The verb of each kind of decision. */
const LEFT = { promotion: 'promote', rollback: 'roll back', hold: 'change' } satisfies Record<
  DecisionKind,
  string
>;

/** The state of the decision; a run for some images decides nothing about the others of a group. */
function decisionState(run: ProposalRun, decision: GroupDecision): DecisionState {
  const { request, environment } = run;
  const isFiltered = request.images.size > 0 && environment.grouping.kind !== 'image';
  if (decision.state === 'nothing' && isFiltered) return 'unasked';
  // Without a plan, nothing defines the content of its pull request.
  if (decision.state === 'waiting' && !('plan' in decision)) return 'closed';
  return decision.state === 'closed' && isRolledBack(run, decision) ? 'rolled-back' : decision.state;
}

/** Whether exactly these digests are held without an end, as after a rollback. */
function isRolledBack({ effects, environment, files }: ProposalRun, { judged }: GroupDecision): boolean {
  const now = effects.now();
  const facts = holdFacts(environment, files.holds);
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

function closedReason({ judged, state }: GroupDecision): string {
  const closed = judged.flatMap(({ image, verdicts, candidate }) =>
    verdicts
      .filter(({ kind }) => kind === 'closed' || (kind === state && candidate === undefined))
      .map(({ gate, reason }) => `${image}: ${gate}: ${reason}`),
  );
  return closed.join('; ');
}
