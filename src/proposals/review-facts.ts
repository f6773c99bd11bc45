import type { PullRequest, Review } from '../forges/forge.ts';
import type { GivenReview, Requester, ReviewFacts } from '../gates/approvals.ts';
import { requesterOf } from '../gates/approvals.ts';
import { readTrailers } from '../plan/trailers.ts';
import type { GroupChange } from './group-change.ts';
import { type Change, readChange, readEndedChange } from './read-change.ts';
import type { ProposalRun } from './run.ts';

/**
 * The facts that the approval gate needs of a pull request: its reviews with the change of each reviewed commit, and
 * who may or may not approve. People are looked up only if there are reviews.
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

/** The requesters that the proposal's commits name. A trailer proves nothing, so it can only exclude an approval. */
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
