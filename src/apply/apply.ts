import type { Environments } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import { advised } from '../facts/advised.ts';
import { type GroupDecision, hasClosedGate, hasComplete } from '../gates/decide.ts';
import { planDifference, unfinishedPin } from '../plan/compare.ts';
import { isPromotion } from '../plan/groups.ts';
import type { Plan } from '../plan/plan.ts';
import type { PromotionRequest } from '../plan/request.ts';
import type { ImagePin } from '../plan/snapshot.ts';
import { type ApplyResult, failureTexts, type GroupResult, groupState } from '../reports/apply.ts';
import type { LateOutcome } from '../reports/late-evidence.ts';
import type { RunState } from '../reports/pins.ts';
import { type Contained, contain } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';
import { notified } from '../run/notify/notify.ts';
import type { Run } from '../run/run.ts';
import { measured } from '../run/step.ts';
import { carryImages, type Share } from './carry-images.ts';
import { type CarriedOut, carryOut } from './carry-out.ts';
import type { Several } from './carry-several.ts';
import { type EnvironmentPlan, planEnvironment } from './plan-environment.ts';
import { DEADLINE } from './propose.ts';
import { recorded } from './record-deployments.ts';

/**
 * Carries out an environment's promotions as far as their gates allow; it can be run again at any time. A
 * failure of one group does not stop the others. With `expected`, earlier plans, only those decisions are
 * carried out, and with a share only its images. Throws `PLAN_CHANGED` if one of them no longer applies.
 */
export async function applyEnvironment(
  effects: Effects,
  environments: Environments,
  request: PromotionRequest,
  expected?: readonly Plan[],
  share?: Share,
): Promise<ApplyResult> {
  return await notified(
    { effects, environments, name: request.environment },
    async () =>
      share === undefined
        ? await recorded(
            { effects, environments, name: request.environment, run: request.runUrl },
            async () => {
              const result = await applyAsked(effects, environments, request, expected);
              await fillBackup(effects, environments, request, result);
              return result;
            },
            ({ base, groups }) => ({ commit: base.commit, results: groups }),
          )
        : await applyAsked(effects, environments, request, expected, share),
    ({ groups }) => groups,
  );
}

/** Brings the backup what rollbacks may want, in runs that copied something. */
async function fillBackup(
  effects: Effects,
  environments: Environments,
  request: PromotionRequest,
  { environment, groups }: ApplyResult,
): Promise<void> {
  const hasBackup = environment.registries.some(({ isBackup }) => isBackup === true);
  if (!hasBackup || !groups.some(({ done }) => done !== undefined && done.copied > 0)) return;
  const { bringFormer } = await import('./fill-backup.ts');
  await bringFormer({ effects, environments, environment }, request);
}

async function applyAsked(
  effects: Effects,
  environments: Environments,
  request: PromotionRequest,
  expected?: readonly Plan[],
  share?: Share,
): Promise<ApplyResult> {
  const named = { ...request, earlierPlans: [...(request.earlierPlans ?? []), ...(expected ?? [])] };
  const until = effects.now().getTime() + DEADLINE;
  const results = new Map<string, GroupResult>();
  for (;;) {
    const planned = await planEnvironment(effects, environments, named);
    const approved = expected && matchPlans(planned, expected);
    const mayPlanAnew = expected === undefined && effects.now().getTime() <= until;
    const changed = await applyGroups(
      stepsOf(planned, { approved, share, results, mayPlanAnew }),
      results,
      mayPlanAnew,
    );
    if (changed === undefined)
      return resultOf(planned, [...results.values()], share === undefined ? await lateIn(planned) : []);
    effects.log(`${changed}: planning anew`);
  }
}

/** Copies evidence that is newer than promotions. What does so is loaded only if an image is complete. */
async function lateIn(planned: EnvironmentPlan): Promise<readonly LateOutcome[]> {
  if (!hasComplete(planned.groups)) return [];
  return await (await import('./late-evidence.ts')).copyLate(planned);
}

interface Step {
  readonly decision: GroupDecision;
  /** Whether it was already carried out together with another group. */
  readonly isCarried?: () => boolean;
  readonly carry: () => Promise<Contained<CarriedOut>>;
}

/** Carries out every group without a result yet. Returns the reason to plan again, if that is allowed. */
async function applyGroups(
  { run, steps }: { readonly run: Run; readonly steps: readonly Step[] },
  results: Map<string, GroupResult>,
  mayPlanAnew: boolean,
): Promise<string | undefined> {
  let changed: string | undefined;
  for (const { decision, carry, isCarried } of steps) {
    const { group } = decision;
    if (results.has(group)) continue;
    // No further group is started on an outdated plan. Groups that are already done still get their results.
    if (changed !== undefined && !isCarried?.()) continue;
    const outcome = await carryMeasured(run, decision, carry);
    if (outcome.kind === 'done' && outcome.value.kind === 'changed' && mayPlanAnew) {
      changed ??= outcome.value.reason;
      continue;
    }
    const result = groupResult(run, decision, outcome);
    for (const text of failureTexts(result)) run.effects.log(`failed: ${text}`);
    results.set(group, result);
    if (mayPlanAnew && !isPromotion(group) && result.done?.pins.kind === 'merged')
      return `${group} was merged`;
  }
  return changed;
}

/** Carries out a group, and measures it with its plan and pull request. */
async function carryMeasured({ effects, environment }: Run, decision: GroupDecision, carry: Step['carry']) {
  const about = { 'promote.environment': environment.name, 'promote.group': decision.group };
  return await measured(effects, 'group', about, async note => {
    const outcome = await carry();
    if ('plan' in decision) note({ 'promote.plan': decision.plan.digest });
    if (outcome.kind === 'done' && outcome.value.kind === 'carried-out') {
      const { pins, done } = outcome.value.result;
      const found = done?.pins ?? pins;
      if (found && 'pullRequest' in found && found.pullRequest !== undefined)
        note({ 'promote.pull_request': found.pullRequest.url });
    }
    return outcome;
  });
}

interface Stepping extends Pick<Several, 'approved' | 'mayPlanAnew'> {
  readonly share: Share | undefined;
  readonly results: ReadonlyMap<string, GroupResult>;
}

/** The steps of a run. Open rollbacks come first, unless the run is about certain images or plans. */
function stepsOf(planned: EnvironmentPlan, { approved, share, results, mayPlanAnew }: Stepping) {
  const { run, rollbacks, groups } = planned;
  const isWhole = approved === undefined && run.request.images.size === 0;
  const rolledBack = rollbacks.map(
    ({ prepared, asked }): Step => ({
      decision: prepared.decision,
      carry: async () =>
        await contain(async () =>
          (await import('./rollback/roll-back-pins.ts')).rollBackPins(prepared, asked),
        ),
    }),
  );
  let together: ReadonlyMap<string, Contained<CarriedOut>> | undefined;
  const promotions = groups
    .filter(({ group }) => approved === undefined || approved.has(group))
    .map(
      (decision): Step => ({
        decision,
        isCarried: () => together?.has(decision.group) ?? false,
        carry: async () => {
          const plan = approved?.get(decision.group);
          if (share !== undefined && plan !== undefined)
            return await contain(() => carryImages(planned, decision, plan, share));
          if (groups.length > 1 && together === undefined) {
            const { carrySeveral } = await import('./carry-several.ts');
            const isDone = (group: string) => results.has(group);
            together = await carrySeveral(planned, { approved, mayPlanAnew, isDone });
          }
          return together?.get(decision.group) ?? (await contain(() => carryOut(planned, decision, plan)));
        },
      }),
    );
  return { run, steps: isWhole ? [...rolledBack, ...promotions] : promotions };
}

function groupResult(run: Run, decision: GroupDecision, outcome: Contained<CarriedOut>): GroupResult {
  if (outcome.kind === 'failed') return { decision, failed: advised(run, outcome.error) };
  const { value } = outcome;
  return value.kind === 'changed' ? { decision, failed: planChanged(value.reason) } : value.result;
}

function resultOf(
  { environment, base, outcomes }: EnvironmentPlan,
  groups: readonly GroupResult[],
  evidence: readonly LateOutcome[],
): ApplyResult {
  return { environment, base, state: runState(groups, evidence), groups, outcomes, evidence };
}

function runState(groups: readonly GroupResult[], evidence: readonly LateOutcome[]): RunState {
  const late = evidence.flatMap(({ kind }) => LATE_STATES[kind] ?? []);
  const states = [...groups.map(groupState), ...late];
  if (states.includes('failed')) return 'failed';
  if (groups.some(({ decision }) => hasClosedGate(decision))) return 'closed';
  return (['closed', 'waiting', 'done'] as const).find(state => states.includes(state)) ?? 'nothing';
}

const LATE_STATES: Partial<Record<LateOutcome['kind'], RunState>> = { copied: 'done', failed: 'failed' };

/** The earlier plans by group. Throws if one does not match the present plan; other groups are left out. */
function matchPlans(
  {
    groups,
    run: {
      files: { pins },
    },
  }: EnvironmentPlan,
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
