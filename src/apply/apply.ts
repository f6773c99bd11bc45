import type { Environments } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import { type GroupDecision, hasClosedGate } from '../gates/decide.ts';
import { planDifference, unfinishedPin } from '../plan/compare.ts';
import type { Plan } from '../plan/plan.ts';
import type { ImagePin } from '../plan/snapshot.ts';
import { type ApplyResult, type GroupResult, groupState, type RunState } from '../reports/apply.ts';
import { carryOut } from './carry-out.ts';
import type { Effects, PromotionRequest } from './effects.ts';
import { type EnvironmentPlan, planEnvironment } from './plan-environment.ts';
import { DEADLINE } from './propose.ts';

/**
 * Brings an environment's promotions as far as their gates allow, and can be run again at any time.
 * With `expected`, plans made earlier, only those decisions are carried out: throws `PLAN_CHANGED` where any of
 * their facts took a third value.
 */
export async function applyEnvironment(
  effects: Effects,
  environments: Environments,
  request: PromotionRequest,
  expected?: readonly Plan[],
): Promise<ApplyResult> {
  const planDigests = [...(request.planDigests ?? []), ...(expected ?? []).map(({ digest }) => digest)];
  const named = { ...request, planDigests };
  const until = effects.now().getTime() + DEADLINE;
  for (;;) {
    const plan = await planEnvironment(effects, environments, named);
    const approved = expected && matchPlans(plan, expected);
    const applied = await applyGroups(effects, environments, named, plan, approved);
    if (applied.kind === 'applied') return result(plan, applied.groups);
    if (expected || effects.now().getTime() > until) throw planChanged(applied.reason);
    effects.log(`${applied.reason}: planning anew`);
  }
}

type AppliedGroups =
  | { readonly kind: 'applied'; readonly groups: readonly GroupResult[] }
  | { readonly kind: 'changed'; readonly reason: string };

async function applyGroups(
  effects: Effects,
  environments: Environments,
  request: PromotionRequest,
  planned: EnvironmentPlan,
  approved: ReadonlyMap<string, Plan> | undefined,
): Promise<AppliedGroups> {
  const results: GroupResult[] = [];
  for (const decision of planned.groups) {
    const task = { effects, environments, request, planned, decision };
    if (approved && !approved.has(decision.group)) continue;
    const outcome = await carryOut({ ...task, approved: approved?.get(decision.group) });
    if (outcome.kind === 'changed') return outcome;
    results.push(outcome.result);
  }
  return { kind: 'applied', groups: results };
}

function result(
  { environment, base, outcomes }: EnvironmentPlan,
  groups: readonly GroupResult[],
): ApplyResult {
  return { environment, base, state: runState(groups), groups, outcomes };
}

function runState(groups: readonly GroupResult[]): RunState {
  if (groups.some(({ decision }) => hasClosedGate(decision))) return 'closed';
  const states = groups.map(groupState);
  return (['closed', 'waiting', 'done'] as const).find(state => states.includes(state)) ?? 'nothing';
}

/** The earlier plans by group, where the present ones still follow from them; other groups were not decided on. */
function matchPlans(
  { groups, files: { pins } }: EnvironmentPlan,
  expected: readonly Plan[],
): ReadonlyMap<string, Plan> {
  for (const before of expected) {
    const decision = groups.find(({ group }) => group === before.group);
    const difference = groupDifference(before, decision, pins);
    if (difference !== undefined) throw planChanged(difference);
  }
  return new Map(expected.map(plan => [plan.group, plan]));
}

function groupDifference(
  before: Plan,
  decision: GroupDecision | undefined,
  pins: readonly ImagePin[],
): string | undefined {
  if (decision?.state === 'closed') return undefined;
  const current = decision && 'plan' in decision ? decision.plan : undefined;
  const difference = current && planDifference(before, current, pins);
  if (difference !== undefined) return difference;
  const closed = decision?.judged.filter(({ verdicts }) => verdicts.some(({ kind }) => kind === 'closed'));
  const open = new Set([...(current?.promotions ?? []), ...(closed ?? [])].map(({ image }) => image));
  const others = before.promotions.filter(({ image }) => !open.has(image));
  return others.map(promotion => unfinishedPin(promotion, pins)).find(Boolean);
}

function planChanged(reason: string): PromoteError {
  return new PromoteError('PLAN_CHANGED', `the plan no longer holds: ${reason}`, {
    hint: 'plan again, and have the new plan approved',
  });
}
