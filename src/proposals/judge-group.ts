import { isOnPullRequest } from '../environments/gates/approval.ts';
import { PromoteError } from '../errors.ts';
import type { PullRequest } from '../forges/forge.ts';
import { allRequesters } from '../gates/approvals.ts';
import type { GroupDecision } from '../gates/decide.ts';
import { EARLIER, isNamedBy, type Plan } from '../plan/plan.ts';
import type { Decided, JudgedGroup } from './decided.ts';
import { type GroupChange, isRepair } from './group-change.ts';
import { planNames, UNNAMED } from './plan-names.ts';
import { type Proposal, stateOf } from './proposal.ts';
import { type OwnPushes, readPushes, readTheirPushes } from './pushes.ts';
import { type Change, readChange, readEndedChange } from './read-change.ts';
import { readReviewFacts, unreviewed } from './review-facts.ts';
import type { ProposalRun } from './run.ts';

/** Compares the pull request with the group's plan; if it is the plan's, counts its reviews. */
export async function judgeGroup(
  run: ProposalRun,
  { decision, change: group }: { readonly decision: GroupDecision; readonly change: GroupChange },
  pullRequest: PullRequest,
  decided: Pick<Decided, 'reviewed' | 'planOf' | 'formerDigest'>,
  branch: 'ours' | 'theirs' = 'ours',
): Promise<JudgedGroup & { readonly proposal: Proposal }> {
  const change = await readHead(run, group, pullRequest);
  const found: Proposal = {
    pullRequest,
    state: await stateOf(run, pullRequest, change),
    change,
    next: [],
    requesters: [],
  };
  const isRead = pullRequest.state !== 'merged' || change.kind === 'plan';
  const { approval } = group;
  const asksForge = approval !== undefined && (approval.by !== 'stated' || approval.signed !== undefined);
  if (!asksForge || !('plan' in decision) || !isRead) return { decision, proposal: found };
  const { forge } = run;
  const heads = await forge.heads(pullRequest);
  const pushes = branch === 'ours' ? readPushes(heads, await forge.viewer()) : readTheirPushes(heads);
  // For a closed pull request, the requesters are those who asked for this very plan, whatever was pushed.
  const requesters = pullRequest.state === 'closed' ? askersFor(decision.plan, pushes) : pushes.requesters;
  if (change.kind !== 'plan') return { decision, proposal: { ...found, requesters } };
  const facts = { pullRequest, change, pushes };
  const names = branch === 'ours' ? planNames(run, decision, decided) : UNNAMED;
  const reviews = isOnPullRequest(approval)
    ? await readReviewFacts(run, group, facts, { plan: decision.plan, names })
    : { ...unreviewed(run, facts), reviews: [], members: new Map() };
  const made = pushes.commitOf(pullRequest.head)?.plan;
  const isOther =
    branch === 'ours' &&
    pushes.unread === undefined &&
    (made === undefined || !isNamedBy(decision.plan, made));
  const state = found.state === 'current' && isOther ? 'outdated' : found.state;
  return {
    decision: decided.reviewed(decision.group, reviews) ?? decision,
    proposal: { ...found, state, requesters },
  };
}

/** Who asked for the plan, by its digest now or before the upgrade. */
function askersFor({ digest, [EARLIER]: earlier }: Plan, { requestersOf }: OwnPushes) {
  const others = earlier === undefined ? [] : requestersOf(earlier);
  return allRequesters([requestersOf(digest), others]);
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
