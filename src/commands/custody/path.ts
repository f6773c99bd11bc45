import type { Environment, Environments } from '../../environments/environments.ts';
import { sourceNames } from '../../environments/image-origin.ts';
import type { CustodyStep } from '../../reports/custody.ts';

/**
 * The environment that a chain leads through before one; `undefined` at its entry. Of several sources it is the one
 * that the record names, else the first: evidence came from there.
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

/** The environment that the chain to one begins in. */
export function entryOf(
  environments: Environments,
  environment: Environment,
  steps: readonly CustodyStep[],
): Environment {
  const step = steps.find(one => one.environment === environment.name);
  const before = environmentBefore(environments, environment, step);
  return before === undefined ? environment : entryOf(environments, before, steps);
}
