import pLimit from 'p-limit';
import type { Plan } from '../plan/plan.ts';
import { createLedger } from '../registry/copy/ledger.ts';
import { type Contained, contain } from '../run/contain.ts';
import { type CarriedOut, carryOut } from './carry-out.ts';
import { carryTogether } from './carry-together.ts';
import type { EnvironmentPlan } from './plan-environment.ts';
import type { SharedWork } from './promote.ts';
import { proposalRun } from './proposal-run.ts';

/**
 * Groups that are carried out at the same time. A forge that asks for distances between writes gets them from its
 * client, whatever number of groups there is.
 */
const PARALLEL_GROUPS = 4;

/** The groups of a run that may be carried out at the same time. */
export interface Several {
  /** The plans that were approved; absent: all groups go on. */
  readonly approved: ReadonlyMap<string, Plan> | undefined;
  readonly isDone: (group: string) => boolean;
  readonly mayPlanAnew: boolean;
}

/** Carries out the groups that need not go one after the other. The result is by group, and lacks all others. */
export async function carrySeveral(
  planned: EnvironmentPlan,
  several: Several,
): Promise<ReadonlyMap<string, Contained<CarriedOut>>> {
  return proposalRun(planned.run) === undefined
    ? await carryTogether(planned, several.approved, several.isDone)
    : await carryProposals(planned, several);
}

/**
 * Carries out groups with pull requests. Where promote merges, proposals go one after the other, since each merge
 * moves the branch. No group begins once another one's plan must be made again.
 */
async function carryProposals(
  planned: EnvironmentPlan,
  { approved, isDone, mayPlanAnew }: Several,
): Promise<ReadonlyMap<string, Contained<CarriedOut>>> {
  const due = planned.groups.filter(({ group }) => !isDone(group) && (approved?.has(group) ?? true));
  if (due.length < 2) return new Map();
  const { merge } = planned.run.environment.pullRequest;
  const shared: SharedWork = {
    ledger: createLedger(),
    turns: pLimit(merge.kind === 'manual' ? PARALLEL_GROUPS : 1),
  };
  const limit = pLimit(PARALLEL_GROUPS);
  const ended = new AbortController();
  let isOutdated = false;
  const carried = due.map(decision =>
    limit(async () => {
      ended.signal.throwIfAborted();
      if (isOutdated) return [];
      const { group } = decision;
      try {
        const outcome = await contain(() => carryOut(planned, decision, approved?.get(group), shared));
        isOutdated ||= mayPlanAnew && outcome.kind === 'done' && outcome.value.kind === 'changed';
        return [[group, outcome] as const];
      } catch (error) {
        // An error that is not about one group stops all of them, so no other one is started.
        ended.abort(error);
        throw error;
      }
    }),
  );
  const settled = await Promise.allSettled(carried);
  if (ended.signal.aborted) throw ended.signal.reason;
  return new Map(settled.flatMap(outcome => (outcome.status === 'fulfilled' ? outcome.value : [])));
}
