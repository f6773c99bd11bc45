import type { Environment, Environments } from '../../environments/environments.ts';
import { sourceNames } from '../../environments/image-origin.ts';
import type { CustodyStep } from '../../reports/custody.ts';

/**
 * The environment before one in a chain; `undefined` at the entry. Of several sources it is the one in the
 * record, else the first, since evidence is copied from there.
 */
export function environmentBefore(
  { environments }: Environments,
  { from }: Environment,
  step: CustodyStep | undefined,
): Environment | undefined {
  const names = sourceNames(from);
  const recorded = step?.record.environment.from;
  const name = names.find(source => source === recorded) ?? names[0];
  return environments.find(environment => environment.name === name);
}

/** The environment in which the chain begins. */
export function entryOf(
  environments: Environments,
  environment: Environment,
  steps: readonly CustodyStep[],
): Environment {
  const step = steps.find(one => one.environment === environment.name);
  const before = environmentBefore(environments, environment, step);
  return before === undefined ? environment : entryOf(environments, before, steps);
}
