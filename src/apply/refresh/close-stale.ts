import type { PullRequest } from '../../forges/forge.ts';
import type { RefreshPlan } from '../../plan/refresh/refresh-plan.ts';
import type { ClosedRefresh } from '../../reports/refresh.ts';
import { closePullRequest } from '../pull-request/close.ts';
import { policyMark } from './images-mark.ts';
import { ownCommit } from './own-commit.ts';
import type { Proposing } from './proposing.ts';
import { isOurs } from './standing.ts';

/**
 * The open pull requests that nothing is left to do for: no reference of their group is behind, and none could not be
 * judged this time, or stands in a file that was not looked at; what other settings chose is not waited for. One that
 * somebody has worked on is left to them.
 */
export async function staleRefreshes(
  proposing: Proposing,
  { groups, unsettled }: RefreshPlan,
  { open, isWhole }: { readonly open: readonly PullRequest[]; readonly isWhole: boolean },
): Promise<readonly PullRequest[]> {
  const branchOf = (name: string) => `${proposing.place.prefix}${name}`;
  const due = new Set(groups.map(({ name }) => branchOf(name)));
  const waiting = new Set([...unsettled].map(branchOf));
  const mark = policyMark(proposing.refresh);
  const unneeded = open.filter(
    ({ branch, body }) => !due.has(branch) && !(waiting.has(branch) && body.includes(mark)),
  );
  const over = await Promise.all(
    unneeded.map(
      async ({ head }) => (isWhole || (await isLookedAt(proposing, head))) && (await isOurs(proposing, head)),
    ),
  );
  return unneeded.filter((_, index) => over[index]);
}

async function isLookedAt({ place }: Proposing, commit: string): Promise<boolean> {
  return (await ownCommit(place, commit))?.files.every(place.isLookedAt) ?? false;
}

const REASON =
  'Nothing is left to refresh here: its images are up to date, in another group, or no longer looked at.';

/** Closes one with the reason; it declines nothing, so that the same images may be proposed again. */
export async function closeStale(
  { forge, refresh: { pullRequest: settings } }: Proposing,
  stale: PullRequest,
): Promise<ClosedRefresh> {
  const { url, branch } = stale;
  if (forge !== undefined) await closePullRequest(forge, settings, stale, REASON);
  return { kind: 'closed', branch, url };
}
