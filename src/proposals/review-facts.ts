import type { PullRequest, Review } from '../forges/forge.ts';
import type { GivenReview, Requester, ReviewFacts } from '../gates/approvals.ts';
import { requesterOf } from '../gates/approvals.ts';
import { readTrailers } from '../plan/trailers.ts';
import type { GroupChange } from './group-change.ts';
import { type Change, readChange, readEndedChange } from './read-change.ts';
import type { ProposalRun } from './run.ts';

/**
 * What the approval gate needs of a pull request: its reviews, each with what the commit it was given on changes, and
 * who may not or may approve. Who that is, is asked only where somebody did.
 */
export async function readReviewFacts(
  run: ProposalRun,
  group: GroupChange,
  { pullRequest, change }: { readonly pullRequest: PullRequest; readonly change: Change },
): Promise<ReviewFacts> {
  const { forge, request } = run;
  const reviews = (await forge.pullRequests.reviews(pullRequest)).filter(isJudged);
  const commits = [...new Set(reviews.map(({ commit }) => commit))];
  const read = pullRequest.state === 'open' ? readChange : readEndedChange;
  const changes = commits.map(async commit => {
    const same = commit === pullRequest.head;
    return [commit, (same ? change : await read(run, group, commit)).kind] as const;
  });
  const kinds = new Map(await Promise.all(changes));
  const isReviewed = reviews.length > 0;
  const teams = isReviewed ? (group.approval?.teams ?? []) : [];
  const found = await Promise.all(teams.map(async team => [team, await forge.members(team)] as const));
  const requested = isReviewed ? await requestedBefore(run, pullRequest, change) : [];
  return {
    author: pullRequest.author,
    merged: pullRequest.state === 'merged' ? pullRequest.url : undefined,
    head: change.kind === 'plan' ? 'plan' : 'other',
    reviews: reviews.map(review => given(review, kinds.get(review.commit) === 'plan')),
    pushers: isReviewed ? await forge.pushers(pullRequest.head) : [],
    requesters: [...requesterOf(request), ...requested],
    members: new Map(found),
  };
}

/** A review without a commit belongs to no plan. */
function isJudged(review: Review): review is Review & { readonly commit: string } {
  return review.commit !== undefined && review.verdict !== 'dismissed';
}

function given(
  { reviewer, verdict, at, url, canWrite, commit }: Review & { readonly commit: string },
  isPlan: boolean,
): GivenReview {
  const change = isPlan ? 'plan' : 'other';
  return { reviewer, verdict, at: at.toISOString(), url, canWrite, commit, change };
}

/** Whom the proposal's commits name; a trailer proves nothing, so it only ever takes an approval away. */
async function requestedBefore(
  { files: { repository } }: ProposalRun,
  { head }: PullRequest,
  { paths, mergeBase }: Change,
): Promise<readonly Requester[]> {
  const touched = new Set(paths);
  for await (const { commit, message } of repository.history(head, path => touched.has(path))) {
    if (commit === mergeBase) break;
    const { plan, requestedBy } = readTrailers(message);
    if (plan !== undefined) return requestedBy === undefined ? [] : [{ name: requestedBy }];
  }
  return [];
}
