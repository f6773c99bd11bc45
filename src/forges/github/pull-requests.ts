import { isRefusal } from '../api/refusal.ts';
import type { PullRequests } from '../forge.ts';
import type { GitHub } from './github.ts';
import { updateContent } from './pull-requests/content.ts';
import { findPullRequest } from './pull-requests/find.ts';
import type { LatestStatuses } from './pull-requests/latest-statuses.ts';
import { mergePullRequest, type RequiredContexts } from './pull-requests/merge.ts';
import { openPullRequest } from './pull-requests/open.ts';
import { createReviews } from './pull-requests/reviews.ts';
import { setStatus } from './pull-requests/status.ts';
import { readBranchRules, requiredIn } from './required-statuses.ts';

/** Pull requests of one repository, over REST. Merge queues, auto-merges and batches go over GraphQL. */
export function createPullRequests(github: GitHub, statuses: LatestStatuses): PullRequests {
  const required = createRequired(github);
  return {
    find: (branch, base) => findPullRequest(github, branch, base),
    open: (...asked) => openPullRequest(github, ...asked),
    update: ({ number }, content) => updateContent(github, number, content),
    merge: (...asked) => mergePullRequest({ github, required }, ...asked),
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

/** The contexts that a branch requires, read once a run; empty where they cannot be read. */
function createRequired(github: GitHub): RequiredContexts {
  const known = new Map<string, Promise<readonly string[]>>();
  const read = async (branch: string) => {
    try {
      return requiredIn(await readBranchRules(github, branch)).map(({ context }) => context);
    } catch (error) {
      if (isRefusal(error, 403, 404)) return [];
      throw error;
    }
  };
  return branch => {
    const asked = known.get(branch) ?? read(branch);
    known.set(branch, asked);
    return asked;
  };
}
