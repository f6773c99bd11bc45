import type { PullRequest, Review } from '../forges/forge.ts';
import { allRequesters, type GivenReview, type ReviewFacts, requestersOf } from '../gates/approvals.ts';
import { isNamedBy, type Plan } from '../plan/plan.ts';
import { askersOf } from './askers.ts';
import type { GroupChange } from './group-change.ts';
import type { PlanNames } from './plan-names.ts';
import type { OwnPushes } from './pushes.ts';
import { type Change, readChange, readEndedChange } from './read-change.ts';
import type { ProposalRun } from './run.ts';

/** A pull request, what its head changes, and what promote pushed to its branch. */
interface Reviewed {
  readonly pullRequest: PullRequest;
  readonly change: Change;
  readonly pushes: OwnPushes;
}

/**
 * The facts that the approval gate needs of a pull request. They are its reviews with the change of each reviewed
 * commit, or the comments that approve, and who may or may not approve. People are looked up only if there are any.
 */
export async function readReviewFacts(
  run: ProposalRun,
  group: GroupChange,
  reviewed: Reviewed,
  { plan, names }: { readonly plan: Plan; readonly names: PlanNames },
): Promise<ReviewFacts> {
  const { forge } = run;
  const { pullRequest, pushes } = reviewed;
  const reviews =
    group.approval?.by === 'comment'
      ? await (await import('./comment-reviews.ts')).commentReviews(run, pullRequest, async wanted => {
          if (isNamedBy(plan, wanted)) return 'plan';
          const own = pushes.commitFor(wanted);
          return own === undefined ? 'other' : await names.changeOf(own);
        })
      : await commitReviews(run, group, reviewed, names);
  const teams = reviews.length > 0 ? (group.approval?.teams ?? []) : [];
  const found = await Promise.all(teams.map(async team => [team, await forge.members(team)] as const));
  const askers = reviews.length === 0 ? [] : await askersOf(run);
  const known = unreviewed(run, reviewed);
  return {
    ...known,
    requesters: allRequesters([askers, reviews.length === 0 ? known.requesters : pushes.requesters]),
    reviews,
    members: new Map(found),
  };
}

async function commitReviews(
  run: ProposalRun,
  group: GroupChange,
  { pullRequest, change, pushes }: Reviewed,
  names: PlanNames,
): Promise<readonly GivenReview[]> {
  const reviews = await run.forge.pullRequests.reviews(pullRequest);
  const commits = [...new Set(reviews.flatMap(({ commit }) => commit ?? []))];
  const read = pullRequest.state === 'open' ? readChange : readEndedChange;
  const changes = commits.map(async commit => {
    const same = commit === pullRequest.head;
    const { kind } = same ? change : await read(run, group, commit);
    return [commit, kind === 'plan' ? await names.changeOf(pushes.commitOf(commit)) : 'other'] as const;
  });
  const kinds = new Map(await Promise.all(changes));
  return reviews.map(review =>
    given(review, review.commit === undefined ? 'untold' : (kinds.get(review.commit) ?? 'other')),
  );
}

/** What is known of a pull request without its reviews: its author, and who asked for what it proposes. */
export function unreviewed(
  { request }: ProposalRun,
  { pullRequest, change, pushes }: Reviewed,
): Omit<ReviewFacts, 'reviews' | 'members'> {
  return {
    author: pullRequest.author,
    merged: pullRequest.state === 'merged' ? pullRequest.url : undefined,
    head: change.kind === 'plan' ? 'plan' : 'other',
    unread: pushes.unread,
    requesters: allRequesters([requestersOf(request), pushes.requesters]),
  };
}

function given(
  { reviewer, verdict, at, url, canWrite, commit = '' }: Review,
  change: GivenReview['change'],
): GivenReview {
  return { reviewer, verdict, at: at.toISOString(), url, canWrite, commit, change };
}
