import { PromoteError } from '../errors.ts';
import { outageAdvice } from '../plan/outage.ts';
import { RegistryError } from '../registry/registry-error.ts';
import type { Run } from '../run/run.ts';

/** The failure of a registry, with what is possible without it where the environment has a backup. */
export function advised(
  { environments, environment }: Pick<Run, 'environments' | 'environment'>,
  error: PromoteError,
): PromoteError {
  const isOutage = error.code === 'UNREACHABLE' || (error instanceof RegistryError && error.status >= 500);
  const advice = isOutage ? outageAdvice(environments, environment, error.message) : undefined;
  if (advice === undefined) return error;
  const hint = [error.hint, advice].filter(Boolean).join('; ');
  return new PromoteError(error.code, error.message, { hint, cause: error });
}
