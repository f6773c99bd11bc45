import type { Environment, Environments } from '../environments/environments.ts';
import { policyHash } from '../environments/hash.ts';
import { PromoteError } from '../errors.ts';
import { trailers } from '../plan/commit-message.ts';
import { assemblePlan } from '../plan/plan.ts';
import type { PinsResult } from '../reports/apply.ts';
import type { Effects, PromotionRequest } from './effects.ts';
import type { EditHolds } from './holds.ts';
import { propose } from './propose.ts';
import { observeHead } from './read-pins.ts';

/** A change to an environment's holds: of which image, how, and what the commit says. */
export interface HoldsChange {
  readonly image: string;
  readonly edit: EditHolds;
  /** One line: the commit's subject. */
  readonly subject: string;
}

/** Commits a change to the holds, directly or on a branch, as the environment changes its pins. */
export async function changeHolds(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  request: PromotionRequest,
  { image, edit, subject }: HoldsChange,
): Promise<PinsResult> {
  const { repository, head } = await observeHead(effects, environment);
  const base = { repository: repository.name, ...head };
  const group = `hold+${image}`;
  const policy = policyHash(environments, environment);
  const plan = assemblePlan({ kind: 'hold', base, environment, group, policy, members: [] });
  const proposal = await propose({
    effects,
    environments,
    environment,
    request,
    base,
    plan,
    group: { group, judged: [], state: 'ready', plan, members: [], verdicts: [] },
    message: `${subject}\n\n${trailers(plan, [], request.requestedBy).join('\n')}\n`,
    editHolds: edit,
  });
  if (proposal.kind !== 'changed') return proposal;
  throw new PromoteError('PLAN_CHANGED', `change the holds of ${environment.name}: ${proposal.reason}`);
}
