import { opensAt } from '../../environments/refresh.ts';
import type { RefreshGroup, RefreshPlan } from '../../plan/refresh/refresh-plan.ts';
import type { ClosedRefresh, GroupRefresh } from '../../reports/refresh.ts';
import { bringGroup } from './bring-group.ts';
import { closeStale, staleRefreshes } from './close-stale.ts';
import type { Proposing } from './proposing.ts';
import type { Questions } from './questions.ts';
import { isUnproposed, type Standing, standingOf } from './standing.ts';

/** What became of a place's groups, and of pull requests that stand for none any more. */
export interface ProposedGroups {
  readonly groups: readonly GroupRefresh[];
  readonly closed: readonly ClosedRefresh[];
}

/**
 * Brings each group's pull request to its state: what nothing is left to do for is closed, open ones are updated, and
 * new ones opened as far as schedule and limit go. Where nothing shall be written it is only said what would be.
 */
export async function proposeGroups(
  proposing: Proposing,
  plan: RefreshPlan,
  run: { readonly questions: Questions; readonly writes: boolean; readonly isWhole: boolean },
): Promise<ProposedGroups> {
  const { forge, place } = proposing;
  const open = (await forge?.openPullRequests(place.prefix, place.head.branch)) ?? [];
  const stale = await staleRefreshes(proposing, plan, { open, isWhole: run.isWhole });
  const closed: ClosedRefresh[] = [];
  for (const pullRequest of stale) {
    const { branch, url } = pullRequest;
    closed.push(run.writes ? await closeStale(proposing, pullRequest) : { kind: 'planned', branch, url });
  }
  const standings = new Map<RefreshGroup, Standing>();
  const { unsettled } = plan;
  for (const group of plan.groups)
    standings.set(group, await standingOf(proposing, group, { open, unsettled }));
  const taken = forge ? open.length - stale.length : [...standings.values()].filter(isOnBranch).length;
  const postponed = postponedGroups(proposing, standings, taken);
  const groups: GroupRefresh[] = [];
  for (const [group, standing] of standings) {
    groups.push(await bringGroup(proposing, group, { standing, postponed: postponed.get(group), ...run }));
  }
  return { groups, closed };
}

/** On plain Git, where a branch is all that there is. */
function isOnBranch(standing: Standing): boolean {
  return !isUnproposed(standing);
}

/** The due groups that are not opened now, and why. */
function postponedGroups(
  { refresh, effects }: Proposing,
  standings: ReadonlyMap<RefreshGroup, Standing>,
  taken: number,
): ReadonlyMap<RefreshGroup, string> {
  const due = [...standings].flatMap(([group, standing]) => (isUnproposed(standing) ? [group] : []));
  if (!opensAt(refresh, effects.now())) {
    return new Map(due.map(group => [group, 'refresh.schedule opens none at this time']));
  }
  const left = due.slice(Math.max(0, refresh.limit - taken));
  return new Map(left.map(group => [group, `refresh.limit: ${refresh.limit} are open`]));
}
