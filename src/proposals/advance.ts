import type { MergeNeed, PullRequest } from '../forges/forge.ts';
import type { PinsResult } from '../reports/pins.ts';
import { findChangedHolds } from './changed-holds.ts';
import { closePullRequest } from './close.ts';
import { closedMeanwhile } from './closed-meanwhile.ts';
import { contentFacts } from './content.ts';
import { type Goal, nextStep, type ProposalState, type Step } from './next-step.ts';
import { linkTo } from './proposal.ts';
import { isPublished, publish } from './publish.ts';
import { branchOf, type ProposalRun } from './run.ts';
import { readyStatus, setGroupStatus, waitingStatus } from './status.ts';
import { goalOf, type PinsOutcome, type PlannedTask } from './task.ts';
import { updateBranch } from './update-branch.ts';

/** The state of a group's proposal between two steps; `result` is the outcome if no step follows. */
interface Position {
  readonly state: ProposalState;
  /** What its branch points at; empty where there is none. */
  readonly commit: string;
  /** Whether this run made that commit. */
  readonly made: boolean;
  readonly open: PullRequest | undefined;
  readonly result: PinsResult;
}

/** A step results in a new position or in the outcome. */
type Led = { readonly to: Position } | { readonly end: PinsOutcome };

/**
 * Takes a group as far as its gates and its images allow: branch, pull request, status and merge, step by step through
 * the table.
 */
export async function advance(run: ProposalRun, task: PlannedTask): Promise<PinsOutcome> {
  const goal = goalOf(task, run.environment.pullRequest.merge);
  for (let at = begin(task); ; ) {
    const led = await take(nextStep(task.decision.state, at.state, goal), at);
    if ('end' in led) return led.end;
    at = led.to;
  }

  async function take(step: Step, at: Position): Promise<Led> {
    switch (step) {
      case 'update':
        return await update(run, task);
      case 'collect-reviews':
        return await collectReviews(run, task, at);
      case 'turn-green':
        return await turnGreen(run, task, at, goal);
      case 'merge':
        return await mergeOrUpdate(run, task, at);
      case 'close':
        return { end: await closeAdopted(run, at) };
      case 'stop':
        return { end: stopped(run, task) };
      case 'leave':
        return { end: at.result };
    }
  }
}

function begin({ found }: PlannedTask): Position {
  const unchanged = { kind: 'unchanged' } as const;
  if (found === undefined)
    return { state: 'none', commit: '', made: false, open: undefined, result: unchanged };
  const { pullRequest, state } = found;
  const open = pullRequest.state === 'open' ? pullRequest : undefined;
  return { state, commit: pullRequest.head, made: false, open, result: unchanged };
}

async function update(run: ProposalRun, task: PlannedTask): Promise<Led> {
  const updated = await updateBranch(run, task);
  if (updated.kind === 'foreign') return { end: stopped(run, task) };
  if (updated.kind !== 'ready') return { end: updated };
  const { commit, made } = updated;
  const { open, result } = begin(task);
  // The push has moved the pull request's head.
  const isMoved = made && open !== undefined;
  const fresh = isMoved ? await run.forge.pullRequests.find(open.branch, open.base) : open;
  return {
    to: { state: 'current', commit, made, open: fresh?.state === 'open' ? fresh : undefined, result },
  };
}

/** Opens the pull request, or updates it to the present decision, unless other holds apply now. */
async function showUnlessHeld(run: ProposalRun, task: PlannedTask, at: Position): Promise<Led> {
  const { made, open } = at;
  const isShown = made || isPublished(run, await factsOf(run, task, at), open);
  const changed = isShown ? undefined : await findChangedHolds(run, task);
  return changed ? { end: changed } : await show(run, task, at);
}

/** Holds are checked before the status turns green; earlier only if a pull request would be opened. */
async function showForGreen(run: ProposalRun, task: PlannedTask, at: Position): Promise<Led> {
  return await (at.open === undefined ? showUnlessHeld : show)(run, task, at);
}

async function factsOf(run: ProposalRun, { decision, change, found }: PlannedTask, at: Position) {
  return await contentFacts(run, change, {
    decision,
    next: found?.next ?? [],
    head: at.commit,
    open: at.open,
  });
}

/** Opens the pull request, or updates it to the present decision. */
async function show(run: ProposalRun, task: PlannedTask, at: Position): Promise<{ readonly to: Position }> {
  const { change } = task;
  const { commit, made, open } = at;
  const facts = await factsOf(run, task, at);
  // This commit was judged, even if the branch has moved since.
  const pullRequest = { ...(await publish(run, facts, open)), head: commit };
  const kind = made || open === undefined ? 'proposed' : 'awaiting';
  const branch = branchOf(run, change.group);
  return {
    to: { ...at, open: pullRequest, result: { kind, branch, commit, pullRequest: linkTo(pullRequest) } },
  };
}

async function collectReviews(run: ProposalRun, task: PlannedTask, at: Position): Promise<Led> {
  const shown = await showUnlessHeld(run, task, at);
  if ('end' in shown) return shown;
  const { group } = task.change;
  await setGroupStatus(run, group, at.commit, waitingStatus(task.decision), shown.to.open);
  return { end: shown.to.result };
}

/** Turns the status green. A hold that was set while the images were copied still counts. */
async function turnGreen(run: ProposalRun, task: PlannedTask, at: Position, goal: Goal): Promise<Led> {
  const { change, plan } = task;
  // An adopted image changes no pin, so there is no text to update and no hold applies.
  const shown = goal === 'close' ? { to: at } : await showForGreen(run, task, at);
  if ('end' in shown) return shown;
  const changed = goal === 'close' ? undefined : await findChanged(run, task);
  if (changed) return { end: changed };
  await setGroupStatus(run, change.group, at.commit, readyStatus(plan.kind, run.base.branch), shown.to.open);
  return { to: { ...shown.to, state: 'green' } };
}

/**
 * Asks the forge to merge the pull request. A branch that has to be up to date first is made anew on the
 * observed base, once. Its plan and its reviews stay.
 */
async function mergeOrUpdate(run: ProposalRun, task: PlannedTask, at: Position): Promise<Led> {
  const { forge, environment, base } = run;
  const { open, result } = at;
  const { merge: wanted } = environment.pullRequest;
  if (open === undefined || wanted.kind === 'manual' || !('commit' in result)) return { end: result };
  const changed = await findChanged(run, task);
  if (changed) return { end: changed };
  const { method, deleteBranch } = wanted;
  const outcome = await forge.pullRequests.merge(open, method, { deleteBranch });
  switch (outcome.kind) {
    case 'merged':
      return {
        end: { kind: 'merged', branch: result.branch, commit: outcome.commit, pullRequest: linkTo(open) },
      };
    case 'queued':
      return { end: { ...result, note: 'queued to be merged' } };
    case 'moved':
      return { end: { kind: 'changed', reason: `the head of ${open.url} moved meanwhile` } };
    case 'refused': {
      const isOld = !at.made && task.found?.change.mergeBase !== base.commit;
      if (outcome.needs === 'update' && isOld) return await update(run, outdated(task));
      return { end: { ...result, note: `not merged: ${outcome.reason}; ${NEXT[outcome.needs]}` } };
    }
  }
}

/** Why the plan has to be judged again: a gate has closed, or a hold has changed since it was judged. */
async function findChanged(run: ProposalRun, task: PlannedTask) {
  return closedMeanwhile(task.decision, run.effects.now()) ?? (await findChangedHolds(run, task));
}

function outdated({ found, ...task }: PlannedTask): PlannedTask {
  return { ...task, found: found && { ...found, state: 'outdated' } };
}

/** What has to happen after a merge was refused, by what the merge needs. */
const NEXT = {
  checks: 'a run after they have passed merges it: a schedule starts one, or an event of the checks',
  update: 'the next run updates the branch',
  person: 'a person has to end that',
} satisfies Record<MergeNeed, string>;

async function closeAdopted(
  { forge, environment }: ProposalRun,
  { open, result }: Position,
): Promise<PinsOutcome> {
  if (open === undefined) return result;
  const reason = 'The images are at their targets, and the pins were right already.';
  await closePullRequest(forge, environment.pullRequest, open, reason);
  return { kind: 'closed', pullRequest: linkTo(open) };
}

function stopped(run: ProposalRun, { change }: PlannedTask): PinsOutcome {
  const branch = branchOf(run, change.group);
  const reason = `branch ${branch} holds what somebody else committed: revert that, or delete the branch`;
  return { kind: 'stopped', reason, branch };
}
