import type { GroupDecision } from '../gates/decide.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlanFile } from '../plan/plan-file.ts';
import { memberKey, type Shard, shardMembers } from '../plan/shards.ts';
import { type CarriedOut, resultOf } from './carry-out.ts';
import type { EnvironmentPlan } from './plan-environment.ts';
import { bringImages } from './promote.ts';

/** The part of a plan file whose images a run brings to their targets, and nothing else of them. */
export interface Share {
  readonly shard: Shard;
  /** By `memberKey`. */
  readonly members: ReadonlySet<string>;
}

/** The share of a plan file that falls to a shard; without one, all of it. */
export function shareOf(
  { plans, weights }: Pick<PlanFile, 'plans' | 'weights'>,
  shard: Shard = { index: 1, count: 1 },
): Share {
  return { shard, members: shardMembers(plans, weights, shard) };
}

/**
 * Does the registry half of a share of a group whose gates are open: copies, evidence and signatures. No record, no tag
 * and no pin is written, and no pull request is touched: the run that carries out the whole plan does that.
 */
export async function carryImages(
  { run, proposals }: Pick<EnvironmentPlan, 'run' | 'proposals'>,
  decision: GroupDecision,
  plan: Plan,
  { shard, members }: Share,
): Promise<CarriedOut> {
  const state = proposals.get(decision.group)?.state;
  // What a person declined, or changed by a commit, goes nowhere.
  const isStopped = state === 'declined' || state === 'foreign';
  if (decision.state !== 'ready' || isStopped) return resultOf(decision);
  const own = decision.members.filter(({ image }) => members.has(memberKey(decision.group, image)));
  const arrivals = await bringImages(run, plan, own);
  const copied = arrivals.filter(({ copy }) => copy.changed).length;
  const brought = { copied, present: arrivals.length - copied, images: own.map(({ image }) => image), shard };
  return { kind: 'carried-out', result: { decision, brought } };
}
