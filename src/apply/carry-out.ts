import { ticketsOf } from '../environments/tickets.ts';
import { allRequesters, requestersOf } from '../gates/approvals.ts';
import type { GroupDecision, PlannedGroup } from '../gates/decide.ts';
import { type Asked, commitMessage } from '../plan/commit-message.ts';
import type { Plan } from '../plan/plan.ts';
import { askersOf } from '../proposals/askers.ts';
import { promotionChange } from '../proposals/group-change.ts';
import type { Proposal } from '../proposals/proposal.ts';
import { linkTo } from '../proposals/proposal.ts';
import { settle } from '../proposals/settle.ts';
import type { PinsOutcome, PlannedTask } from '../proposals/task.ts';
import type { GroupResult } from '../reports/apply.ts';
import type { PinsResult } from '../reports/pins.ts';
import type { Run } from '../run/run.ts';
import type { EnvironmentPlan } from './plan-environment.ts';
import { type Promoted, promoteGroup, proposeInTurn, type SharedWork } from './promote.ts';
import { proposalRun } from './proposal-run.ts';

/** The outcome of a group. `changed`: its plan must be made again. */
export type CarriedOut =
  | { readonly kind: 'carried-out'; readonly result: GroupResult }
  | Extract<PinsOutcome, { kind: 'changed' }>;

/**
 * Carries out one group as far as its gates allow: its pull request while they wait, everything once they are
 * open. `approved`: the plan that was approved for it.
 */
export async function carryOut(
  { run, proposals }: Pick<EnvironmentPlan, 'run' | 'proposals'>,
  decision: GroupDecision,
  approved?: Plan,
  shared?: SharedWork,
): Promise<CarriedOut> {
  if (decision.state === 'failed') return resultOf(decision);
  const found = proposals.get(decision.group);
  const change = promotionChange(run.environment, decision);
  const proposing = proposalRun(run);
  const settled = proposing && (await settle(proposing, { decision, change, found }));
  if (settled) return resultOf(decision, settled);
  if (!('plan' in decision)) return resultOf(decision);
  const task = taskOf(run, decision, found, approved);
  if (decision.state === 'ready') return await complete(run, task, shared);
  return outcomeOf(decision, await proposeInTurn(run, task, shared));
}

/** The task for a group, with the plan that was approved for it. */
export function taskOf(
  run: Run,
  decision: PlannedGroup,
  found: Proposal | undefined,
  approved: Plan | undefined,
): PlannedTask {
  const plan = approved ?? decision.plan;
  // A review is for the plan that the commit names, so with pull requests it names the present plan.
  const named = proposalRun(run) === undefined ? plan : decision.plan;
  const message = async (earlier?: readonly string[]) =>
    commitMessage(run.environment, named, decision.members, await askedBy(run, found, earlier));
  return { decision, change: promotionChange(run.environment, decision), found, plan, message };
}

/** The people who asked for this proposal, in this run or an earlier one, and its tickets. */
export async function askedBy(
  run: Run,
  found: Proposal | undefined,
  earlier?: readonly string[],
): Promise<Asked> {
  const { environment, request } = run;
  // Nobody reviews a direct commit, so only this run's requesters count.
  const askers = environment.commit === 'direct' ? requestersOf(request) : await askersOf(run);
  const requesters = allRequesters([askers, found?.requesters ?? []]);
  return { requesters, tickets: ticketsOf(environment.commits, request.tickets, earlier) };
}

/** Carries out a group whose gates are open: first its images, then its pins. */
export async function complete(run: Run, task: PlannedTask, shared?: SharedWork): Promise<CarriedOut> {
  return completed(task, await promoteGroup(run, task, shared));
}

/** The outcome of a group after its images were copied and its pins were proposed or committed. */
export function completed(
  { decision, found, plan }: PlannedTask,
  { copies, proposal }: Promoted,
): CarriedOut {
  if (proposal.kind === 'changed') return proposal;
  const copied = copies.filter(({ changed }) => changed).length;
  const isEarly = plan.kind === 'promotion' && proposal.kind === 'unchanged';
  const pins =
    isEarly && found?.pullRequest.state === 'merged'
      ? { ...proposal, mergedEarly: linkTo(found.pullRequest) }
      : proposal;
  const done = { copied, present: copies.length - copied, pins };
  return { kind: 'carried-out', result: { decision, done } };
}

/** The outcome of a group whose gates wait. */
function outcomeOf(decision: GroupDecision, outcome: PinsOutcome): CarriedOut {
  if (outcome.kind === 'changed') return outcome;
  return outcome.kind === 'unchanged' ? resultOf(decision) : resultOf(decision, outcome);
}

/** The outcome of a group whose images were not touched. */
export function resultOf(decision: GroupDecision, pins?: PinsResult): CarriedOut {
  return { kind: 'carried-out', result: { decision, pins } };
}
