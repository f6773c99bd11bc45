import type { Environment, Environments } from '../../environments/environments.ts';
import { pushRepository } from '../../environments/locate.ts';
import { failureText, type PromoteError } from '../../errors.ts';
import { commandOn } from '../invocation.ts';

/** What one gate says of an image, or of its group's plan. */
export interface ExplainedGate {
  readonly gate: string;
  readonly kind: 'open' | 'waiting' | 'closed';
  readonly reason: string;
  readonly hint?: string | undefined;
}

/** What comes next for an image in an environment. */
export interface NextStep {
  readonly environment: string;
  readonly image: string;
  readonly state: 'nothing' | 'ready' | 'waiting' | 'closed' | 'failed' | 'absent';
  /** The reason, if no gate gives it. */
  readonly reason?: string | undefined;
  readonly gates: readonly ExplainedGate[];
  /** The command that continues, if there is one. */
  readonly command?: string | undefined;
}

/** The command that promotes an image into an environment; for an entry environment it names a build. */
export function promoting(
  environments: Environments,
  { name, from, registries: [registry] }: Environment,
  image: string,
  verb: 'plan' | 'apply' = 'apply',
): string {
  const known = environments.images.find(entry => entry.name === image);
  // An image without `source` has its builds in the entry environment's registry.
  const source = known?.source ?? (known && registry && pushRepository(registry, known));
  const named = from.kind === 'build' ? `${image}=${source}:<tag>` : image;
  return commandOn(environments, verb, name, '--image', named);
}

/** The next step if an error keeps anything else from being known. */
export function unknown(environment: string, image: string, error: PromoteError): NextStep {
  return { environment, image, state: 'failed', reason: failureText(error), gates: [] };
}
