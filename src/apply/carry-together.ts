import pLimit from 'p-limit';
import type { GroupDecision, PlannedGroup } from '../gates/decide.ts';
import { isPromotion } from '../plan/groups.ts';
import type { Plan } from '../plan/plan.ts';
import type { PinsOutcome, PlannedTask } from '../proposals/task.ts';
import { createLedger } from '../registry/copy/ledger.ts';
import { type Contained, contain } from '../run/contain.ts';
import { type CarriedOut, completed, taskOf } from './carry-out.ts';
import type { EnvironmentPlan } from './plan-environment.ts';
import { type Promoted, promoteImages } from './promote.ts';
import { propose } from './propose.ts';
import { proposeTogether } from './propose-together.ts';

/** Groups whose images are copied at the same time; each copies several images at once. */
const PARALLEL_GROUPS = 8;

/** A group with its images at their targets, or its failure. */
type Brought = Contained<Pick<Promoted, 'copies'> & { readonly changed: PinsOutcome | undefined }>;

/**
 * Carries out several groups whose gates are open, in an environment without pull requests. Images are copied
 * in parallel, then pins are committed in order. The result is by group; it is empty for fewer than two.
 */
export async function carryTogether(
  { run, groups }: Pick<EnvironmentPlan, 'run' | 'groups'>,
  approved: ReadonlyMap<string, Plan> | undefined,
  isDone: (group: string) => boolean,
): Promise<ReadonlyMap<string, Contained<CarriedOut>>> {
  const ready = groups.filter(isReady);
  const due = ready.filter(
    ({ group }) => isPromotion(group) && !isDone(group) && (approved?.has(group) ?? true),
  );
  if (due.length < 2) return new Map();
  const tasks = due.map(decision => taskOf(run, decision, undefined, approved?.get(decision.group)));
  const brought = await bringAll(run, tasks);
  const going = tasks.filter(task => {
    const outcome = brought.get(task);
    return outcome?.kind === 'done' && outcome.value.changed === undefined;
  });
  const proposed = await proposeAll(run, going);
  return new Map(
    tasks.map(task => [task.decision.group, outcomeOf(task, brought.get(task), proposed.get(task))]),
  );
}

async function bringAll(
  run: EnvironmentPlan['run'],
  tasks: readonly PlannedTask[],
): Promise<ReadonlyMap<PlannedTask, Brought>> {
  const limit = pLimit(PARALLEL_GROUPS);
  const ledger = createLedger();
  const ended = new AbortController();
  const bringing = tasks.map(task =>
    limit(async () => {
      ended.signal.throwIfAborted();
      try {
        return [task, await contain(async () => await promoteImages(run, task, ledger))] as const;
      } catch (error) {
        // An error that is not about one group stops all of them, so no other one is started.
        ended.abort(error);
        throw error;
      }
    }),
  );
  const settled = await Promise.allSettled(bringing);
  if (ended.signal.aborted) throw ended.signal.reason;
  return new Map(settled.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : [])));
}

/** Commits the pins together. Groups that cannot be committed together are committed one by one. */
async function proposeAll(
  run: EnvironmentPlan['run'],
  tasks: readonly PlannedTask[],
): Promise<ReadonlyMap<PlannedTask, Contained<PinsOutcome>>> {
  const together =
    run.environment.commit === 'direct' && tasks.length > 1
      ? await contain(async () => await proposeTogether(run, tasks))
      : undefined;
  const outcomes = new Map<PlannedTask, Contained<PinsOutcome>>();
  for (const task of tasks) {
    const known = together?.kind === 'done' ? together.value.get(task) : undefined;
    outcomes.set(
      task,
      known === undefined
        ? await contain(async () => await propose(run, task))
        : { kind: 'done', value: known },
    );
  }
  return outcomes;
}

function outcomeOf(
  task: PlannedTask,
  brought: Brought | undefined,
  proposed: Contained<PinsOutcome> | undefined,
): Contained<CarriedOut> {
  if (brought?.kind === 'failed') return brought;
  if (proposed?.kind === 'failed') return proposed;
  const proposal = brought?.value.changed ?? proposed?.value ?? { kind: 'unchanged' };
  return { kind: 'done', value: completed(task, { copies: brought?.value.copies ?? [], proposal }) };
}

function isReady(decision: GroupDecision): decision is PlannedGroup {
  return decision.state === 'ready';
}
