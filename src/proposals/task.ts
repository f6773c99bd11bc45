import type { PullRequestSettings } from '../environments/environments.ts';
import { isOnPullRequest } from '../environments/gates/approval.ts';
import type { GroupDecision, PlannedGroup } from '../gates/decide.ts';
import type { Plan } from '../plan/plan.ts';
import type { PinsResult } from '../reports/pins.ts';
import { type GroupChange, isRepair } from './group-change.ts';
import type { Goal } from './next-step.ts';
import type { Proposal } from './proposal.ts';

/** What was decided about a group, what it changes, and its newest pull request. */
export interface GroupTask {
  readonly decision: GroupDecision;
  readonly change: GroupChange;
  readonly found: Proposal | undefined;
}

/** A group with something to carry out. */
export interface PlannedTask extends GroupTask {
  readonly decision: PlannedGroup;
  /** The plan that was approved: the group's own, or an earlier one that it continues. */
  readonly plan: Plan;
  /** Makes the commit's message, which names who asked, once needed; `earlier`: its proposal's tickets. */
  readonly message: (earlier?: readonly string[]) => Promise<string>;
}

/** The outcome for the pins. `changed`: a pin has neither the old nor the new value, so the plan must be made again. */
export type PinsOutcome = PinsResult | { readonly kind: 'changed'; readonly reason: string };

/** How far the group is to get: to its reviews while gates wait, then as far as its pins need. */
export function goalOf({ decision, change, found }: GroupTask, merge: PullRequestSettings['merge']): Goal {
  const isAdopted = isRepair(change.members);
  if (decision.state === 'waiting') {
    // Without an edit only an approval can be proposed; one that was merged too early still collects approvals.
    const isMerged = found?.pullRequest.state === 'merged' && found.change.kind === 'plan';
    return isAdopted && (!isOnPullRequest(change.approval) || isMerged) ? 'none' : 'review';
  }
  if (isAdopted) return 'close';
  return merge.kind === 'manual' ? 'green' : 'merge';
}
