import { planEnvironment } from '../apply/plan-environment.ts';
import type { Environments } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import { readCalendars } from '../facts/read-calendars.ts';
import type { PlannedGroup } from '../gates/decide.ts';
import { freezeName } from '../gates/freeze-override.ts';
import { closingAt, scheduleOf } from '../gates/freeze-schedule.ts';
import type { Digest } from '../oci/digest.ts';
import { commandOn } from '../plan/invocation.ts';
import type { PromotionRequest } from '../plan/request.ts';
import type { Effects } from '../run/effects.ts';

/** A plan that waits for a freeze, and the freeze's name. */
export interface FrozenPlan {
  readonly plan: Digest;
  readonly freeze: string;
}

/**
 * The plan that a freeze of the environment delays. `wanted`: its digest, if there are several. Throws
 * `CONFIGURATION` if the environment allows no override, and `USAGE` unless there is exactly one plan.
 */
export async function findFrozenPlan(
  effects: Effects,
  environments: Environments,
  request: PromotionRequest,
  wanted: Digest | undefined,
): Promise<FrozenPlan> {
  const name = request.environment;
  const planned = await planEnvironment(effects, environments, { ...request, allowBackward: false });
  const { run, groups, rollbacks } = planned;
  const { freeze } = planned.environment.gates;
  if (freeze?.override === undefined)
    throw new PromoteError('CONFIGURATION', `environments.${name}.gates.freeze: no override is allowed`, {
      hint: 'say who approves one in gates.freeze.override.approval',
    });
  if (run.forge === undefined)
    throw new PromoteError('CONFIGURATION', `${name} has no pull requests, in which an override is approved`);
  const decided = [...rollbacks.map(({ prepared }) => prepared.decision), ...groups];
  const frozen = decided.filter(group => 'plan' in group).filter(isFrozen);
  const chosen = frozen.filter(({ plan }) => wanted === undefined || plan.digest === wanted);
  const [only] = chosen;
  const schedule = scheduleOf(freeze.windows, { calendars: await readCalendars(run) });
  const closing = 'unreadable' in schedule ? undefined : closingAt(schedule, effects.now());
  if (only !== undefined && chosen.length === 1 && closing !== undefined)
    return { plan: only.plan.digest, freeze: freezeName(closing) };
  const plans = frozen.map(({ group, plan }) => `${group} ${plan.digest}`);
  const found = plans.length === 0 ? 'no plan waits for a freeze' : `it waits for ${plans.join(', ')}`;
  throw new PromoteError('USAGE', `hold --override freeze: ${name}: ${found}`, {
    hint:
      plans.length === 0
        ? `look at what waits: ${commandOn(environments, 'plan', name)}`
        : `name one of them: --plan ${frozen[0]?.plan.digest}`,
  });
}

function isFrozen({ verdicts }: PlannedGroup): boolean {
  return verdicts.some(({ gate, kind }) => gate === 'freeze' && kind !== 'open');
}
