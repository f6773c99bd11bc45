import type { Environment, Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { Forge } from '../../forges/forge.ts';
import { groupOf, isPromotion } from '../../plan/groups.ts';
import { commandOn, optionsOn } from '../../plan/invocation.ts';
import { againWith, type PromotionRequest } from '../../plan/request.ts';
import { branchOf } from '../../proposals/run.ts';
import type { GroupResult } from '../../reports/apply.ts';
import type { PinsResult } from '../../reports/pins.ts';
import { contain } from '../../run/contain.ts';
import type { Effects } from '../../run/effects.ts';
import { notified } from '../../run/notify/notify.ts';
import { observeHead } from '../../run/read-pins.ts';
import { openForge } from '../../run/run.ts';
import { carryOut } from '../carry-out.ts';
import { planEnvironment } from '../plan-environment.ts';
import { DEADLINE } from '../propose.ts';
import { recorded } from '../record-deployments.ts';
import type { PreparedRollback } from './prepare-rollback.ts';
import { prepareRollback, type RollbackRequest } from './prepare-rollback.ts';
import { rollBackPins } from './roll-back-pins.ts';

/** The result of a rollback. */
export interface RolledBack extends PreparedRollback {
  readonly result: GroupResult;
  /** The results of the environment's proposed promotions. */
  readonly others: readonly GroupResult[];
}

/**
 * Carries out a prepared rollback, and updates the proposed promotions. If a branch moved, the rollback is
 * prepared again. Throws `PLAN_CHANGED` if that makes another plan.
 */
export async function rollback(
  effects: Effects,
  environments: Environments,
  prepared: PreparedRollback,
  asked: RollbackRequest,
): Promise<RolledBack> {
  const name = prepared.environment.name;
  return await notified(
    { effects, environments, name },
    async () =>
      await recorded(
        { effects, environments, name, run: asked.promotion.runUrl },
        async () => await rollBack(effects, environments, prepared, asked),
        ({ run, result, others }) => ({ commit: run.base.commit, results: [result, ...others] }),
      ),
    ({ result, others }) => [result, ...others],
  );
}

async function rollBack(
  effects: Effects,
  environments: Environments,
  prepared: PreparedRollback,
  asked: RollbackRequest,
): Promise<RolledBack> {
  const until = effects.now().getTime() + DEADLINE;
  for (let attempt = prepared; ; ) {
    const outcome = await rollBackPins(attempt, asked);
    if (outcome.kind === 'carried-out')
      return await concluded(effects, environments, attempt, asked, outcome.result);
    attempt = await prepareRollback(effects, environments, asked);
    if (isAnother(attempt, prepared) || effects.now().getTime() > until)
      throw changed(outcome.reason, asked.promotion);
    effects.log(`${outcome.reason}: rolling back anew`);
  }
}

async function concluded(
  effects: Effects,
  environments: Environments,
  prepared: PreparedRollback,
  { promotion }: RollbackRequest,
  result: GroupResult,
): Promise<RolledBack> {
  const pins = result.done?.pins ?? result.pins;
  const others = pins === undefined ? [] : await updatePromotions(effects, environments, prepared, promotion);
  return { ...prepared, holds: isHeld(prepared, pins) ? prepared.holds : [], result, others };
}

/** Whether the rollback is not the agreed one; if nothing is left, another run may have done all of it. */
function isAnother({ decision }: PreparedRollback, before: PreparedRollback): boolean {
  const digestOf = (known: PreparedRollback['decision']) => ('plan' in known ? known.plan.digest : undefined);
  return decision.state !== 'nothing' && digestOf(decision) !== digestOf(before.decision);
}

function changed(reason: string, request: PromotionRequest): PromoteError {
  return new PromoteError('PLAN_CHANGED', `the rollback no longer holds: ${reason}`, {
    hint: `nothing was committed; look at it anew: ${againWith(request)}`,
  });
}

/** Whether the holds are written, or proposed. */
function isHeld({ decision }: PreparedRollback, pins: PinsResult | undefined): boolean {
  const ended: readonly PinsResult['kind'][] = ['closed', 'declined', 'stopped'];
  return 'plan' in decision && pins !== undefined && !ended.includes(pins.kind);
}

/**
 * Updates the environment's open promotions after the rollback: each waits, moves to the new base, or is
 * closed. Failures are logged and left to the next run of apply.
 */
async function updatePromotions(
  effects: Effects,
  environments: Environments,
  { environment, decision: { judged } }: PreparedRollback,
  request: PromotionRequest,
): Promise<readonly GroupResult[]> {
  const apply = commandOn(environments, 'apply', environment.name);
  const updated = await contain(async () => {
    const forge = await openForge(effects, environment, undefined);
    const images = judged.map(({ image }) => image);
    if (forge === undefined) return await noticeBranches(effects, environment, { images, apply });
    if (!(await isAnyProposed(effects, environment, forge))) return [];
    // The caller's options are for the rollback, not for these promotions.
    const unstated = {
      ...request,
      images: new Map(),
      allowBackward: false,
      approvedBy: [],
      tickets: [],
      planDigests: [],
      invocation: { words: ['apply', environment.name], options: optionsOn(environments) },
    };
    const planned = await planEnvironment(effects, environments, unstated);
    const results: GroupResult[] = [];
    for (const decision of planned.groups) {
      if (planned.proposals.get(decision.group)?.pullRequest.state !== 'open') continue;
      const outcome = await carryOut(planned, decision);
      if (outcome.kind === 'carried-out') results.push(outcome.result);
      else effects.log(`${decision.group}: ${outcome.reason}; ${apply} continues it`);
    }
    return results;
  });
  if (updated.kind === 'done') return updated.value;
  effects.log(
    `the pull requests beside it are as they were: ${updated.error.message}; ${apply} updates them`,
  );
  return [];
}

async function isAnyProposed(effects: Effects, environment: Environment, forge: Forge): Promise<boolean> {
  const prefix = branchOf({ environment }, '');
  const { head } = await observeHead(effects, environment);
  const open = await forge.openPullRequests(prefix, head.branch);
  return open.some(({ branch }) => isPromotion(branch.slice(prefix.length)));
}

/** Logs that on plain Git the branches are unchanged until apply runs again. */
async function noticeBranches(
  effects: Effects,
  environment: Environment,
  { images, apply }: { readonly images: readonly string[]; readonly apply: string },
): Promise<readonly GroupResult[]> {
  const { grouping, deployment } = environment;
  const repository = await effects.repository(deployment);
  for (const group of new Set(images.map(image => groupOf(grouping, image)))) {
    const open = await repository.head(branchOf({ environment }, group));
    if (open) effects.log(`${open.branch} is open; ${apply} updates it`);
  }
  return [];
}
