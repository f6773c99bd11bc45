import type { Environment } from '../environments/environments.ts';
import type { ApprovalGate } from '../environments/gates/approval.ts';
import { PromoteError } from '../errors.ts';
import type { Forge } from '../forges/forge.ts';
import type { Effects } from './effects.ts';

/**
 * The forge that an environment's pull requests are made on; `undefined` for direct commits and on plain Git. Throws
 * `CONFIGURATION` where reviews are asked for and there is none to give them on.
 */
export async function openForge(
  effects: Effects,
  { commit, deployment, name }: Environment,
  approval: ApprovalGate | undefined,
): Promise<Forge | undefined> {
  const forge = commit === 'direct' ? undefined : await effects.forge?.(deployment);
  if (forge !== undefined || approval?.by !== 'review') return forge;
  throw new PromoteError(
    'CONFIGURATION',
    `environments.${name}.gates.approval: approval by review, but its deployment repository has no pull requests`,
    { hint: 'set the token of its forge, name the forge in deployments.forge, or write `by: stated`' },
  );
}
