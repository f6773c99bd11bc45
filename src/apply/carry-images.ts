import type { GroupDecision } from '../gates/decide.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlanFile } from '../plan/plan-file.ts';
import { memberKey, type Shard, shardMembers } from '../plan/shards.ts';
import { type CarriedOut, resultOf } from './carry-out.ts';
import type { EnvironmentPlan } from './plan-environment.ts';
import { bringImages } from './promote.ts';

/** The part of a plan file whose images a run copies to their targets. The run does nothing else. */
export interface Share {
  readonly shard: Shard;
  /** The members, by `memberKey`. */
  readonly members: ReadonlySet<string>;
}

/** A shard's share of a plan file; without a shard, all of it. */
export function shareOf(
  { plans, weights }: Pick<PlanFile, 'plans' | 'weights'>,
  shard: Shard = { index: 1, count: 1 },
): Share {
  return { shard, members: shardMembers(plans, weights, shard) };
}

/**
 * Copies the images of a share, for a group whose gates are open, with evidence and signatures. It writes no
 * record, tag or pin, and no pull request: the run that carries out the whole plan does that.
 */
export async function carryImages(
  { run, proposals }: Pick<EnvironmentPlan, 'run' | 'proposals'>,
  decision: GroupDecision,
  plan: Plan,
  { shard, members }: Share,
): Promise<CarriedOut> {
  const state = proposals.get(decision.group)?.state;
  // Images are not copied if a person declined the plan or added a commit to its branch.
  const isStopped = state === 'declined' || state === 'foreign';
  if (decision.state !== 'ready' || isStopped) return resultOf(decision);
  const own = decision.members.filter(({ image }) => members.has(memberKey(decision.group, image)));
  const arrivals = await bringImages(run, plan, own);
  const copied = arrivals.filter(({ copy }) => copy.changed).length;
  const brought = { copied, present: arrivals.length - copied, images: own.map(({ image }) => image), shard };
  return { kind: 'carried-out', result: { decision, brought } };
}
