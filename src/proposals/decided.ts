import type { ReviewFacts } from '../gates/approvals.ts';
import type { GroupDecision } from '../gates/decide.ts';
import type { Digest } from '../oci/digest.ts';
import type { Candidate, ImageOutcome } from '../plan/candidates.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from '../plan/snapshot.ts';
import type { Proposal } from './proposal.ts';

/** Gives decisions their digests. */
export interface PlanBook {
  readonly planOf: (group: string, members: readonly Candidate[]) => Plan;
  /** The decision's digest from before the upgrade to `promote-plan/v2`. */
  readonly formerDigest: (plan: Plan) => Digest;
}

/** The decisions on one snapshot. */
export interface Decided extends PlanBook {
  readonly snapshot: Snapshot;
  readonly outcomes: readonly ImageOutcome[];
  readonly groups: readonly GroupDecision[];
  /** The group's decision with the reviews of its pull request; `undefined` if the group is not in the snapshot. */
  readonly reviewed: (group: string, reviews: ReviewFacts) => GroupDecision | undefined;
}

/** Decides again on a snapshot with other sources. */
export type DecideAgain = (snapshot: Snapshot) => Promise<Decided>;

/** A group's decision with its reviews counted, and its pull request where there is one. */
export interface JudgedGroup {
  readonly decision: GroupDecision;
  readonly proposal?: Proposal | undefined;
}
