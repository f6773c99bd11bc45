import type { ApprovalGate } from '../environments/gates/approval.ts';
import { type RunFacts, requestersOf } from '../gates/approvals.ts';
import { askersOf } from '../proposals/askers.ts';
import type { Run } from '../run/run.ts';

/** The approvals of this CI run's protected environments; `undefined` if no gate needs them. */
export async function readRunFacts(
  { effects, environment, request }: Run,
  approval: ApprovalGate | undefined,
): Promise<RunFacts | undefined> {
  if (approval?.by !== 'environment') return undefined;
  const { earlierPlans = [], earlierAttempt = 1, planDigests = [], attempt = 1 } = request;
  const named = [...planDigests, ...earlierPlans.map(({ digest }) => ({ digest, attempt: earlierAttempt }))];
  const plans = new Set(named.map(({ digest }) => digest));
  const inFirst = new Set(named.filter(one => one.attempt === 1).map(({ digest }) => digest));
  // Approvals of the CI run count only for named plans, so without a plan they are not read.
  const given = plans.size === 0 ? [] : ((await effects.runApprovals?.()) ?? []);
  const forge = approval.teams.length === 0 ? undefined : await effects.forge?.(environment.deployment);
  const teams = given.length === 0 || forge === undefined ? [] : approval.teams;
  const members = teams.map(async team => [team, (await forge?.members(team)) ?? []] as const);
  const approvals = given
    .filter(({ verdict }) => verdict === 'approved')
    .flatMap(({ reviewer, environments }) =>
      environments.map(entered => ({ person: reviewer, environment: entered })),
    );
  const isUnnamed = plans.size === 0;
  const isUnapproved = !isUnnamed && !approvals.some(one => one.environment === environment.name);
  return {
    approvals,
    plans,
    late: plans.difference(inFirst),
    isAgain: attempt > 1,
    protection: isUnapproved
      ? await effects.environmentProtection?.(environment.name, environment.deployment)
      : undefined,
    earlier: earlierPlans,
    requesters: given.length === 0 ? requestersOf(request) : await askersOf({ effects, request }),
    members: new Map(await Promise.all(members)),
    ...(request.runUrl === undefined ? {} : { url: request.runUrl }),
  };
}
