import { isRefusal } from '../api/refusal.ts';
import type { PullRequests } from '../forge.ts';
import type { GitHub } from './github.ts';
import { updateContent } from './pull-requests/content.ts';
import { findPullRequest } from './pull-requests/find.ts';
import type { LatestStatuses } from './pull-requests/latest-statuses.ts';
import { mergePullRequest, type ReadDemands } from './pull-requests/merge.ts';
import type { MergeDemands } from './pull-requests/merge-blockers.ts';
import { openPullRequest } from './pull-requests/open.ts';
import { createReviews } from './pull-requests/reviews.ts';
import { setStatus } from './pull-requests/status.ts';
import { otherDemands, readBranchRules, requiredIn } from './required-statuses.ts';

/** Pull requests of one repository, over REST. Merge queues, auto-merges and batches go over GraphQL. */
export function createPullRequests(github: GitHub, statuses: LatestStatuses): PullRequests {
  const demands = createDemands(github);
  return {
    find: (branch, base) => findPullRequest(github, branch, base),
    open: (...asked) => openPullRequest(github, ...asked),
    update: ({ number }, content) => updateContent(github, number, content),
    merge: (...asked) => mergePullRequest({ github, demands }, ...asked),
    close: async ({ number }, reason) => {
      const doing = `close #${number}`;
      // It is closed first: a run that breaks off in between leaves no comment to repeat.
      await github.ask(doing, ({ rest }) =>
        rest.pulls.update({ ...github.place, pull_number: number, state: 'closed' }),
      );
      await github.ask(doing, ({ rest }) =>
        rest.issues.createComment({
          ...github.place,
          issue_number: number,
          body: reason,
          request: { retries: 0 },
        }),
      );
    },
    reviews: createReviews(github),
    setStatus: (commit, status) => setStatus(github, statuses, commit, status),
  };
}

/** What a branch asks of a merge, read once a run; nothing where it cannot be read. */
function createDemands(github: GitHub): ReadDemands {
  const known = new Map<string, Promise<MergeDemands>>();
  const read = async (branch: string): Promise<MergeDemands> => {
    try {
      const rules = await readBranchRules(github, branch);
      return { contexts: requiredIn(rules).map(({ context }) => context), others: otherDemands(rules) };
    } catch (error) {
      if (isRefusal(error, 403, 404)) return { contexts: [], others: [] };
      throw error;
    }
  };
  return branch => {
    const asked = known.get(branch) ?? read(branch);
    known.set(branch, asked);
    return asked;
  };
}
