import { isRefusal } from '../../api/refusal.ts';
import type { PullRequest } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import { person } from '../person.ts';
import { asPullRequest } from './pull-request.ts';

const MOST = 30;

/** The newest pull request from the branch into the base, of this repository's own branches. */
export async function findPullRequest(
  github: GitHub,
  branch: string,
  base: string,
): Promise<PullRequest | undefined> {
  const listed = await github.ask(`find the pull request from ${branch}`, ({ rest }) =>
    rest.pulls.list({
      ...github.place,
      head: `${github.place.owner}:${branch}`,
      base,
      state: 'all',
      sort: 'created',
      direction: 'desc',
      per_page: MOST,
    }),
  );
  // A fork in the same organization has the same `owner:branch`.
  const [newest] = listed
    .filter(
      ({ head, base: into }) => head.repo?.id === into.repo.id && head.ref === branch && into.ref === base,
    )
    .toSorted((a, b) => b.number - a.number);
  if (newest === undefined) return undefined;
  const pullRequest = asPullRequest(newest);
  return pullRequest.state === 'closed' ? await withCloser(github, pullRequest) : pullRequest;
}

/** Who closed it stands only in the issue behind it. */
async function withCloser(github: GitHub, pullRequest: PullRequest): Promise<PullRequest> {
  const { number } = pullRequest;
  try {
    const { closed_by } = await github.ask(`read who closed #${number}`, ({ rest }) =>
      rest.issues.get({ ...github.place, issue_number: number }),
    );
    return closed_by ? { ...pullRequest, closedBy: person(closed_by) } : pullRequest;
  } catch (error) {
    if (isRefusal(error, 403, 404)) return pullRequest;
    throw error;
  }
}
