import type { Environment } from '../environments/environments.ts';
import type { RunFacts } from '../gates/approvals.ts';
import type { Effects, PromotionRequest } from './effects.ts';
import { requesterOf } from './requester.ts';

/** Who let this CI run enter its protected environments; `undefined` where no gate asks. */
export async function readRunFacts(
  effects: Effects,
  { deployment, gates: { approval } }: Environment,
  request: PromotionRequest,
): Promise<RunFacts | undefined> {
  if (approval?.by !== 'environment') return undefined;
  const { earlierPlans = [], planDigests = [] } = request;
  const plans = new Set([...planDigests, ...earlierPlans.map(({ digest }) => digest)]);
  // Without a plan to bind them to, approvals of the run count for nothing and are not asked for.
  const given = plans.size === 0 ? [] : ((await effects.runApprovals?.()) ?? []);
  const forge = approval.teams.length === 0 ? undefined : await effects.forge?.(deployment);
  const teams = given.length === 0 || forge === undefined ? [] : approval.teams;
  const members = teams.map(async team => [team, (await forge?.members(team)) ?? []] as const);
  return {
    approvals: given
      .filter(({ verdict }) => verdict === 'approved')
      .flatMap(({ reviewer, environments }) =>
        environments.map(environment => ({ person: reviewer, environment })),
      ),
    plans,
    earlier: earlierPlans,
    requesters: requesterOf(request),
    members: new Map(await Promise.all(members)),
    ...(request.runUrl === undefined ? {} : { url: request.runUrl }),
  };
}
