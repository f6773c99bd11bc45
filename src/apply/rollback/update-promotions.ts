import type { Environment, Environments } from '../../environments/environments.ts';
import type { Forge } from '../../forges/forge.ts';
import { groupOf, isPromotion } from '../../plan/groups.ts';
import type { PromotionRequest } from '../../plan/request.ts';
import { branchOf } from '../../proposals/run.ts';
import type { GroupResult } from '../../reports/apply.ts';
import { carryOut } from '../carry-out.ts';
import { contain } from '../contain.ts';
import type { Effects } from '../effects.ts';
import { planEnvironment } from '../plan-environment.ts';
import { observeHead } from '../read-pins.ts';
import { openForge } from '../run.ts';
import type { PreparedRollback } from './prepare-rollback.ts';

/**
 * Brings the environment's open promotions up to date with what changed beside them: each waits, goes on upon the new
 * base, or is closed. What cannot be done here is left to the next run of apply, and said.
 */
export async function updatePromotions(
  effects: Effects,
  environments: Environments,
  { environment, decision: { judged } }: PreparedRollback,
  request: PromotionRequest,
): Promise<readonly GroupResult[]> {
  const { name } = environment;
  const updated = await contain(async () => {
    const forge = await openForge(effects, environment, undefined);
    const images = judged.map(({ image }) => image);
    if (forge === undefined) return await noticeBranches(effects, environment, images);
    if (!(await isAnyProposed(effects, environment, forge))) return [];
    // What was said of the rollback is not said of them.
    const unstated = {
      ...request,
      images: new Map(),
      allowBackward: false,
      approvedBy: [],
      planDigests: [],
      invocation: undefined,
    };
    const planned = await planEnvironment(effects, environments, unstated);
    const results: GroupResult[] = [];
    for (const decision of planned.groups) {
      if (planned.proposals.get(decision.group)?.pullRequest.state !== 'open') continue;
      const outcome = await carryOut(planned, decision);
      if (outcome.kind === 'carried-out') results.push(outcome.result);
      else effects.log(`${decision.group}: ${outcome.reason}; promote apply ${name} goes on`);
    }
    return results;
  });
  if (updated.kind === 'done') return updated.value;
  effects.log(
    `what is proposed beside it is as it was: ${updated.error.message}; promote apply ${name} goes on`,
  );
  return [];
}

async function isAnyProposed(effects: Effects, environment: Environment, forge: Forge): Promise<boolean> {
  const prefix = branchOf({ environment }, '');
  const { head } = await observeHead(effects, environment);
  const open = await forge.openPullRequests(prefix, head.branch);
  return open.some(({ branch }) => isPromotion(branch.slice(prefix.length)));
}

/** On plain Git a branch stays as it is until its merge is asked for again. */
async function noticeBranches(
  effects: Effects,
  environment: Environment,
  images: readonly string[],
): Promise<readonly GroupResult[]> {
  const { name, grouping, deployment } = environment;
  const repository = await effects.repository(deployment);
  for (const group of new Set(images.map(image => groupOf(grouping, image)))) {
    const open = await repository.head(branchOf({ environment }, group));
    if (open) effects.log(`${open.branch} is open; promote apply ${name} brings it up to date`);
  }
  return [];
}
