import { isRefusal } from '../../api/refusal.ts';
import type { PullRequest } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import { person } from '../person.ts';
import { asPullRequest } from './pull-request.ts';

const MOST = 30;

/** The most events that are read of a pull request; the newest come last. */
const MOST_EVENTS = 1000;

/** Milliseconds: deleting a branch closes its pull request at once; a person who does both is slower. */
const AT_ONCE = 2000;

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
  return pullRequest.state === 'closed' ? await withClosing(github, pullRequest) : pullRequest;
}

/**
 * Adds who closed the pull request, and whether its branch was deleted then. Only the events of its issue
 * show that. https://docs.github.com/en/rest/using-the-rest-api/issue-event-types
 */
async function withClosing(github: GitHub, pullRequest: PullRequest): Promise<PullRequest> {
  const { number } = pullRequest;
  try {
    const events = await github.pages(`read who closed #${number}`, MOST_EVENTS, client =>
      client.paginate.iterator(client.rest.issues.listEvents, {
        ...github.place,
        issue_number: number,
        per_page: 100,
      }),
    );
    const closed = events.findLast(({ event }) => event === 'closed');
    const deleted = events.findLast(({ event }) => event === 'head_ref_deleted');
    if (!closed?.actor) return pullRequest;
    const isCleanup =
      deleted !== undefined &&
      Math.abs(Date.parse(deleted.created_at) - Date.parse(closed.created_at)) <= AT_ONCE;
    const closing = isCleanup ? 'branch' : closed.actor.type === 'Bot' ? 'bot' : undefined;
    return { ...pullRequest, closedBy: person(closed.actor), closing };
  } catch (error) {
    if (isRefusal(error, 403, 404)) return pullRequest;
    throw error;
  }
}
