import { PromoteError } from '../errors.ts';
import type { PullRequest } from '../forges/forge.ts';
import type { GroupDecision } from '../gates/decide.ts';
import type { Decided, JudgedGroup } from './decided.ts';
import { type GroupChange, isRepair } from './group-change.ts';
import { type Proposal, stateOf } from './proposal.ts';
import { type Change, readChange, readEndedChange } from './read-change.ts';
import { readReviewFacts } from './review-facts.ts';
import type { ProposalRun } from './run.ts';

/** Compares the pull request with the group's plan; if it is the plan's, counts its reviews. */
export async function judgeGroup(
  run: ProposalRun,
  { decision, change: group }: { readonly decision: GroupDecision; readonly change: GroupChange },
  pullRequest: PullRequest,
  reviewed: Decided['reviewed'],
): Promise<JudgedGroup & { readonly proposal: Proposal }> {
  const change = await readHead(run, group, pullRequest);
  const state = await stateOf(run, pullRequest, change);
  const proposal: Proposal = { pullRequest, state, change, next: [] };
  const isReviewed = group.approval?.by === 'review';
  if (!isReviewed || group.members.length === 0 || change.kind !== 'plan') return { decision, proposal };
  const reviews = await readReviewFacts(run, group, { pullRequest, change });
  return { decision: reviewed(decision.group, reviews) ?? decision, proposal };
}

/** The change of a pull request's head, read only if that matters to the members. */
async function readHead(run: ProposalRun, group: GroupChange, { head, state }: PullRequest): Promise<Change> {
  const { members } = group;
  const isOver = state === 'merged' ? !isRepair(members) : state === 'closed' && members.length === 0;
  if (isOver) return UNREAD;
  try {
    return await (state === 'open' ? readChange : readEndedChange)(run, group, head);
  } catch (error) {
    // The commit of a pull request that was closed long ago may be gone: then it declines nothing.
    if (state === 'open' || !(error instanceof PromoteError) || !GONE.includes(error.code)) throw error;
    return UNREAD;
  }
}

const UNREAD: Change = { kind: 'other', mergeBase: '', paths: [] };

const GONE: readonly string[] = ['NOT_FOUND', 'GIT'];
