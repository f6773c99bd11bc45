import { PromoteError } from '../../errors.ts';
import type { PullRequest } from '../../forges/forge.ts';
import type { GroupDecision } from '../../gates/decide.ts';
import type { Decided } from '../decide-on.ts';
import { type Proposal, stateOf } from './proposal.ts';
import { type Change, isRepair, readChange, readEndedChange } from './read-change.ts';
import { readReviewFacts } from './review-facts.ts';
import type { Scene } from './scene.ts';

/** A group's decision with its reviews counted, and its pull request where there is one. */
export interface JudgedGroup {
  readonly decision: GroupDecision;
  readonly proposal?: Proposal;
}

/** Says what the pull request is to the group's plan; where it is that plan's, counts its reviews. */
export async function judgeGroup(
  scene: Scene,
  decided: Pick<Decided, 'reviewed'>,
  decision: GroupDecision,
  pullRequest: PullRequest,
): Promise<JudgedGroup & { readonly proposal: Proposal }> {
  const members = 'members' in decision ? decision.members : [];
  const change = await readHead(scene, members, pullRequest);
  const state = await stateOf(scene, pullRequest, change);
  const proposal: Proposal = { pullRequest, state, change, next: [] };
  const isReviewed = scene.environment.gates.approval?.by === 'review';
  if (!isReviewed || members.length === 0 || change.kind !== 'plan') return { decision, proposal };
  const reviews = await readReviewFacts(scene, members, { pullRequest, change });
  return { decision: decided.reviewed(decision.group, reviews) ?? decision, proposal };
}

/** What a pull request's head changes, read only where that matters to the members. */
async function readHead(
  scene: Scene,
  members: Parameters<typeof readChange>[1],
  { head, state }: PullRequest,
): Promise<Change> {
  const isOver = state === 'merged' ? !isRepair(members) : state === 'closed' && members.length === 0;
  if (isOver) return UNREAD;
  try {
    return await (state === 'open' ? readChange : readEndedChange)(scene, members, head);
  } catch (error) {
    // The commit of one that was closed long ago may be gone: it then declines nothing.
    if (state === 'open' || !(error instanceof PromoteError) || !GONE.includes(error.code)) throw error;
    return UNREAD;
  }
}

const UNREAD: Change = { kind: 'other', fork: '', paths: [] };

const GONE: readonly string[] = ['NOT_FOUND', 'GIT'];
