import { setTimeout } from 'node:timers/promises';
import { PromoteError } from '../errors.ts';
import { againWith } from '../plan/request.ts';
import { advance } from '../proposals/advance.ts';
import { compareHolds } from '../proposals/changed-holds.ts';
import { closedMeanwhile } from '../proposals/closed-meanwhile.ts';
import { editFiles } from '../proposals/group-change.ts';
import { nextStep } from '../proposals/next-step.ts';
import { advanceBranch, awaitingBranch, type BranchOutcome } from '../proposals/plain-branch.ts';
import type { PinsOutcome, PlannedTask } from '../proposals/task.ts';
import type { Effects } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import { measured } from '../run/step.ts';
import { proposalRun } from './proposal-run.ts';

/** How long a commit is retried while the branch moves, in milliseconds. */
export const DEADLINE = 120_000;

const LONGEST_WAIT = 2_000;

/**
 * Commits a planned group's pins to the environment's branch, or proposes them on the group's branch with its
 * pull request. On plain Git and for direct commits, nothing is written while the group waits.
 */
export async function propose(run: Run, task: PlannedTask): Promise<PinsOutcome> {
  const { group, plan } = task.decision;
  const about = { 'promote.group': group, 'promote.plan': plan.digest };
  return await measured(run.effects, 'propose', about, async note => {
    const outcome = await proposeOnce(run, task);
    if ('pullRequest' in outcome && outcome.pullRequest !== undefined)
      note({ 'promote.pull_request': outcome.pullRequest.url });
    return outcome;
  });
}

async function proposeOnce(run: Run, task: PlannedTask): Promise<PinsOutcome> {
  const proposing = proposalRun(run);
  if (proposing !== undefined) return await advance(proposing, task);
  if (nextStep(task.decision.state, 'none', 'branch') === 'leave') return { kind: 'unchanged' };
  const awaiting = await awaitingBranch(run, task, await run.branches());
  if (awaiting) return awaiting;
  return await untilUnmoved<PinsOutcome>(run, async () => await tryOnce(run, task));
}

/** Retries while the branch moves, until the deadline. */
export async function untilUnmoved<T extends { readonly kind: string }>(
  { base, effects, repository, request }: Run,
  attempt: () => Promise<T | Moved>,
): Promise<T> {
  const until = effects.now().getTime() + DEADLINE;
  for (let wait = 50; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    const outcome = await attempt();
    if (!isMoved(outcome)) return outcome;
    if (effects.now().getTime() + wait > until) {
      const moving = `${repository.name}: ${outcome.branch} kept moving for two minutes`;
      const hint = `nothing was committed to ${base.branch}; run it again: ${againWith(request)}`;
      throw new PromoteError('BRANCH_MOVED', moving, { hint });
    }
    await pause(wait, effects);
  }
}

type Moved = Extract<BranchOutcome, { readonly kind: 'moved' }>;

function isMoved(outcome: { readonly kind: string }): outcome is Moved {
  return outcome.kind === 'moved';
}

async function pause(wait: number, { signal }: Effects): Promise<void> {
  await setTimeout(wait, undefined, signal === undefined ? {} : { signal }).catch(cause => {
    throw new PromoteError('CANCELLED', 'commit of the pins: cancelled while its branch kept moving', {
      cause,
    });
  });
}

async function tryOnce(run: Run, task: PlannedTask): Promise<BranchOutcome> {
  const { base, effects, environment, environments, repository } = run;
  const head = await repository.head(base.branch);
  if (head === undefined) return { kind: 'changed', reason: `branch ${base.branch} is gone` };
  const edited = await editFiles(task.change, environments, { repository, commit: head.commit });
  if (edited.kind === 'changed') return edited;
  const { files } = edited;
  if (files.size === 0) return { kind: 'unchanged' };
  const changed =
    closedMeanwhile(task.decision, effects.now()) ?? (await compareHolds(run, task, head.commit));
  if (changed) return changed;
  if (environment.commit === 'pull-request') return await advanceBranch(run, task, head, files);
  const { branch, commit } = head;
  const message = await task.message();
  const date = effects.now();
  const outcome = await repository.commit({ branch, parent: commit, expected: commit, files, message, date });
  return outcome.kind === 'moved'
    ? { kind: 'moved', branch }
    : { kind: 'committed', branch, commit: outcome.commit };
}
