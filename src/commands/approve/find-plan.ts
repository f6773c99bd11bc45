import { planEnvironment } from '../../apply/plan-environment.ts';
import type { Environment, Environments } from '../../environments/environments.ts';
import { environmentNamed } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Plan } from '../../plan/plan.ts';
import type { PromotionRequest } from '../../plan/request.ts';
import type { Effects } from '../../run/effects.ts';

/**
 * Makes the plans, also of proposed rollbacks, of environments with approval by signature, until one has this
 * digest. Throws `NOT_FOUND` if none has it.
 */
export async function findPlan(
  effects: Effects,
  environments: Environments,
  digest: Digest,
  asked: Omit<PromotionRequest, 'environment'> & { readonly environment: string | undefined },
): Promise<Plan> {
  const { environment: name } = asked;
  const wanted = name === undefined ? environments.environments : [environmentNamed(environments, name)];
  const signed = wanted.filter(isSigned);
  const seen: Plan[] = [];
  for (const environment of signed) {
    const planned = await planEnvironment(effects, environments, { ...asked, environment: environment.name });
    const rollbacks = planned.rollbacks.map(({ prepared }) => prepared.decision);
    const plans = [...rollbacks, ...planned.groups].flatMap(group => ('plan' in group ? group.plan : []));
    const found = plans.find(plan => plan.digest === digest);
    if (found !== undefined) return found;
    seen.push(...plans);
  }
  const what = seen.map(plan => `${plan.environment}/${plan.group} ${plan.digest}`).join(', ');
  throw new PromoteError(
    'NOT_FOUND',
    `approve: no plan has the digest ${digest}; ${what === '' ? 'nothing is planned' : `there are ${what}`}`,
    {
      hint: 'one of named images, of options or of a rollback is approved by its file: give the command that made it --out plan.json',
    },
  );
}

function isSigned({ gates, rollback }: Environment): boolean {
  return [gates.approval, rollback?.approval].some(approval => approval?.signed !== undefined);
}
