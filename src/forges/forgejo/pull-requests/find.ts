import { isRefusal } from '../../api/refusal.ts';
import type { PullRequest } from '../../forge.ts';
import { readActivity } from '../activity.ts';
import type { Forgejo } from '../forgejo.ts';
import { person } from '../person.ts';
import { readTimeline } from '../timeline.ts';
import { asPullRequest, branchOf, isOwn, PULL_REQUEST, type Shown } from './pull-request.ts';

const MOST = 5000;
/** The newest pull requests of all branches; the wanted one is usually among them. */
const RECENT = 50;

/**
 * The newest pull request from the repository's own branch into the base, in any state. Forgejo's list has no
 * filter by branch, and it answers a pair of branches with any of their pull requests. So the newest ones are
 * read first, and older ones only if the pair has one.
 */
export async function findPullRequest(
  forgejo: Forgejo,
  branch: string,
  base: string,
): Promise<PullRequest | undefined> {
  const ask = { doing: `find the pull request from ${branch}`, path: 'pulls', query: { state: 'all' } };
  const isIt = (shown: Shown) => isOwn(shown) && branchOf(shown) === branch && shown.base.ref === base;
  let seen = 0;
  for await (const shown of forgejo.items(ask, PULL_REQUEST, Number.POSITIVE_INFINITY)) {
    if (isIt(shown)) return await withClosing(forgejo, asPullRequest(shown));
    seen += 1;
    if (seen === MOST) return undefined;
    if (seen !== RECENT) continue;
    const any = await anyBetween(forgejo, branch, base);
    if (any === undefined) return undefined;
    // Two branches have at most one open pull request, and no newer one can have been made meanwhile.
    // A pull request that a reader pushed to `refs/for/` has no branch, whatever name it shows.
    if (any.state === 'open' && isIt(any)) return asPullRequest(any);
  }
  return undefined;
}

async function anyBetween(forgejo: Forgejo, branch: string, base: string): Promise<Shown | undefined> {
  const path = `pulls/${encodeURIComponent(base)}/${branch.split('/').map(encodeURIComponent).join('/')}`;
  try {
    return await forgejo.ask({ doing: `find a pull request from ${branch}`, path }, PULL_REQUEST);
  } catch (error) {
    if (isRefusal(error, 404)) return undefined;
    throw error;
  }
}

/** Milliseconds: deleting a branch closes its pull request at once; a person who does both is slower. */
const AT_ONCE = 2000;
/** Jobs act under these names, which nobody else can have. */
const BOTS: readonly string[] = ['forgejo-actions', 'gitea-actions'];

/** Adds who closed it, from its timeline, and whether its branch was deleted, from the activity. */
async function withClosing(forgejo: Forgejo, pullRequest: PullRequest): Promise<PullRequest> {
  const { state, branch, number, endedAt } = pullRequest;
  if (state !== 'closed' || endedAt === undefined) return pullRequest;
  const closed = (await readTimeline(forgejo, pullRequest)).findLast(({ type }) => type === 'close');
  const closedBy = closed?.user ? { closedBy: person(closed.user) } : {};
  if (BOTS.includes(closed?.user?.login ?? '')) return { ...pullRequest, ...closedBy, closing: 'bot' };
  for await (const { commit, branch: moved, at } of readActivity(forgejo, `read how #${number} was closed`)) {
    if (at.getTime() < endedAt.getTime() - AT_ONCE) break;
    const isThen = Math.abs(at.getTime() - endedAt.getTime()) <= AT_ONCE;
    if (commit === undefined && moved === branch && isThen)
      return { ...pullRequest, ...closedBy, closing: 'branch' };
  }
  return { ...pullRequest, ...closedBy };
}
