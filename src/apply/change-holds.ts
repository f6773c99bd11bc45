import type { Environment, Environments } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import type { PlannedGroup } from '../gates/decide.ts';
import { trailers } from '../plan/commit-message.ts';
import { holdGroup } from '../plan/groups.ts';
import { assemblePlan } from '../plan/plan.ts';
import type { PinsResult } from '../reports/apply.ts';
import type { Effects, PromotionRequest } from './effects.ts';
import type { GroupContext, Review } from './group-context.ts';
import { openForge } from './open-forge.ts';
import { readPolicy } from './policy.ts';
import { propose } from './propose.ts';
import type { ProposeHolds } from './proposed-holds.ts';
import { judgeGroup } from './pull-request/judge-group.ts';
import { readHolds } from './pull-request/read-change.ts';
import { branchOf, type Scene } from './pull-request/scene.ts';
import { settle } from './pull-request/settle.ts';
import { observeHead, readPins } from './read-pins.ts';

/** A change to an environment's holds: of which image, how, and what the commit says. */
export interface HoldsChange {
  readonly image: string;
  readonly edit: ProposeHolds;
  /** One line: the commit's subject. */
  readonly subject: string;
}

/**
 * Commits a change to the holds, directly or by pull request, as the environment changes its pins; a pull request for
 * another change of the same image's is brought to this one, or closed where nothing is left to change.
 */
export async function changeHolds(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  request: PromotionRequest,
  { image, edit, subject }: HoldsChange,
): Promise<PinsResult> {
  const { repository, head } = await observeHead(effects, environment);
  const base = { repository: repository.name, ...head };
  const group = holdGroup(image);
  const policy = await readPolicy(effects, environments, environment);
  const plan = assemblePlan({ kind: 'hold', base, environment, group, policy, members: [] });
  const decision: PlannedGroup = { group, judged: [], state: 'ready', plan, members: [], verdicts: [] };
  const context = { effects, environments, environment, request, base, plan };
  const review = await reviewOf(context, decision, edit);
  const open = review?.found?.pullRequest.state === 'open' ? review.found : undefined;
  const proposed = open && (await readHolds(repository, open.pullRequest.head));
  const proposal = await propose({
    ...context,
    ...(review === undefined ? {} : { review }),
    group: decision,
    message: `${subject}\n\n${trailers(plan, [], request.requestedBy).join('\n')}\n`,
    editHolds: edit(proposed),
  });
  if (proposal.kind === 'unchanged' && review !== undefined && open !== undefined) {
    return (await settle(review.scene, { group, judged: [], state: 'nothing' }, open)) ?? proposal;
  }
  if (proposal.kind !== 'changed') return proposal;
  throw new PromoteError('PLAN_CHANGED', `change the holds of ${environment.name}: ${proposal.reason}`);
}

/** Where the change is proposed by pull request. */
async function reviewOf(
  { effects, environments, environment, request, base }: Omit<GroupContext, 'group'>,
  decision: PlannedGroup,
  edit: ProposeHolds,
): Promise<Review | undefined> {
  const forge = await openForge(effects, environment, undefined);
  if (forge === undefined) return undefined;
  const files = await readPins(effects, environments, environment);
  // No approval is asked for: the merge is the consent.
  const ungated = { ...environment, gates: {} };
  const common = { effects, forge, environments, environment: ungated, request, base, files };
  const scene: Scene = { ...common, editHolds: edit };
  const pullRequest = await forge.pullRequests.find(branchOf(scene, decision.group), base.branch);
  if (pullRequest === undefined) return { scene };
  const { proposal } = await judgeGroup(scene, { reviewed: () => decision }, decision, pullRequest);
  return { scene, found: proposal };
}
