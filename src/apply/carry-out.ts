import type { Environments } from '../environments/environments.ts';
import type { GroupDecision } from '../gates/decide.ts';
import type { Plan } from '../plan/plan.ts';
import type { GroupResult, PinsResult } from '../reports/apply.ts';
import type { Effects, PromotionRequest } from './effects.ts';
import type { PinsOutcome } from './group-commit.ts';
import type { EnvironmentPlan } from './plan-environment.ts';
import { promoteGroup } from './promote.ts';
import { linkTo } from './pull-request/link-to.ts';
import { proposePullRequest } from './pull-request/propose-pull-request.ts';
import type { Scene } from './pull-request/scene.ts';
import { settle } from './pull-request/settle.ts';

/** What is carried out: one of an environment's groups, under the plan that was approved for it, if one was. */
export interface Task {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly request: PromotionRequest;
  readonly planned: EnvironmentPlan;
  readonly decision: GroupDecision;
  readonly approved: Plan | undefined;
}

/** What came of a group; `changed`: its plan must be made anew. */
export type CarriedOut =
  | { readonly kind: 'carried-out'; readonly result: GroupResult }
  | Extract<PinsOutcome, { kind: 'changed' }>;

/** Brings one group as far as its gates allow: its pull request while they wait, all of it once they are open. */
export async function carryOut(task: Task): Promise<CarriedOut> {
  const { effects, environments, request, planned, decision, approved } = task;
  const { base, environment } = planned;
  if (decision.state === 'failed') return resultOf(decision);
  const found = planned.proposals.get(decision.group);
  const scene = sceneOf(task);
  const settled = scene && found && (await settle(scene, decision, found));
  if (settled) return resultOf(decision, settled);
  if (!('plan' in decision)) return resultOf(decision);

  const plan = approved ?? decision.plan;
  const context = { effects, environments, environment, request, base, plan, group: decision };
  if (decision.state === 'waiting') {
    if (scene === undefined) return resultOf(decision);
    const proposed = await proposePullRequest(context, scene, found, 'review');
    if (proposed.kind === 'changed') return proposed;
    return proposed.kind === 'unchanged' ? resultOf(decision) : resultOf(decision, proposed);
  }
  const review = scene && { scene, ...(found === undefined ? {} : { found }) };
  const { copies, proposal } = await promoteGroup({
    ...context,
    ...(review === undefined ? {} : { review }),
  });
  if (proposal.kind === 'changed') return proposal;
  const copied = copies.filter(({ changed }) => changed).length;
  const early = proposal.kind === 'unchanged' && found?.pullRequest.state === 'merged';
  const pins = early ? { ...proposal, mergedEarly: linkTo(found.pullRequest) } : proposal;
  const done = { copied, present: copies.length - copied, pins };
  return { kind: 'carried-out', result: { decision, done } };
}

function resultOf(decision: GroupDecision, pins?: PinsResult): CarriedOut {
  return { kind: 'carried-out', result: { decision, ...(pins === undefined ? {} : { pins }) } };
}

/** A repair changes no pin, so it proposes nothing. */
function sceneOf({ effects, environments, request, planned }: Task): Scene | undefined {
  const { base, environment, files, forge } = planned;
  if (forge === undefined || request.repair) return undefined;
  return { effects, forge, environments, environment, request, base, files };
}
