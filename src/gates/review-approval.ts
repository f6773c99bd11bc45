import type { ApprovalGate } from '../environments/gates/approval.ts';
import { type Approval, type GivenReview, isRequester, mayApprove, type ReviewFacts } from './approvals.ts';

/** The reviews that count for a plan, and why others do not. */
export interface ReviewTally {
  readonly approvals: readonly Approval[];
  /** Names of people who may approve and have requested changes. */
  readonly against: readonly string[];
  /** Approvals that do not count, `bob: opened the pull request`. */
  readonly ignored: readonly string[];
}

/**
 * Counts the latest review of each reviewer. It counts if the reviewed commit changes what the plan does and nothing
 * else, and the reviewer may write and approve. Whoever opened or asked for it does not count.
 */
export function tallyReviews(gate: ApprovalGate, facts: ReviewFacts): ReviewTally {
  const judged = facts.reviews
    .filter(({ verdict }) => verdict !== 'dismissed')
    .map(review => ({ review, objection: objectionTo(gate, facts, review) }));
  const counted = judged.filter(({ objection }) => objection === undefined).map(({ review }) => review);
  return {
    approvals: counted
      .filter(({ verdict }) => verdict === 'approved')
      .map(review => approvalOf(gate, review)),
    against: counted.filter(isAgainst).map(({ reviewer }) => reviewer.name),
    ignored: judged.flatMap(({ review, objection }) =>
      objection === undefined || isAgainst(review) ? [] : [`${review.reviewer.name}: ${objection}`],
    ),
  };
}

/** Why an App's or a deleted account's consent does not count. */
export const NOBODY = 'is a bot, or nobody any more';

function objectionTo(gate: ApprovalGate, facts: ReviewFacts, review: GivenReview): string | undefined {
  const { author, head, unread, requesters, members } = facts;
  const { reviewer, change, canWrite } = review;
  if (reviewer.id === '') return NOBODY;
  if (head === 'other') return 'the head changes something else than the plan';
  if (unread !== undefined) return unread;
  if (change === 'untold') return 'the forge does not say when and on which commit it was given';
  if (change === 'edited') return 'the comment was edited, or belongs to a thread: write a new one';
  if (change === 'unclear') return 'the comment has to be the command and the whole digest, and nothing else';
  if (change === 'former') return 'given before the upgrade, please review again';
  if (change === 'other') return 'given on another plan';
  if (!canWrite) return 'may not write to the repository';
  if (reviewer.id === author.id) return 'opened the pull request';
  if (requesters.some(requester => isRequester(reviewer, requester))) return 'asked for the promotion';
  return mayApprove(gate, reviewer, members) ? undefined : 'is not among those who may approve';
}

function isAgainst({ verdict }: GivenReview): boolean {
  return verdict === 'changes-requested';
}

function approvalOf(
  { by }: ApprovalGate,
  { reviewer: { id, name }, at, url, commit }: GivenReview,
): Approval {
  if (by === 'comment') return { kind: 'comment', name, id, at, url, authenticated: true };
  return { kind: 'review', name, id, at, url, commit, authenticated: true };
}
