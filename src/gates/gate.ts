import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { Environment } from '../environments/environments.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Plan } from '../plan/plan.ts';
import type { Approval } from './approvals.ts';
import type { Facts } from './facts.ts';

/** A gate's answer. `waiting` may open by itself or by a person; `closed` opens only when something is changed. */
export type Verdict =
  | {
      readonly kind: 'open';
      readonly gate: string;
      readonly reason: string;
      /** Those that count, of the approval gate. */
      readonly approvals?: readonly Approval[];
    }
  | {
      readonly kind: 'waiting' | 'closed';
      readonly gate: string;
      readonly reason: string;
      readonly hint: string;
      readonly approvals?: readonly Approval[];
    };

/** A fact that a gate cannot do without, to be fetched for one promotion. */
export type Need = { readonly kind: 'signature'; readonly accepted: AcceptedSigner };

/** A condition on one promotion. */
export interface Gate {
  /** Whether it holds for rollbacks too. */
  readonly ofRollbacks: boolean;
  /** What has to be fetched for it; nothing where the environment does not ask for the gate. */
  readonly needs?: (candidate: Candidate, environment: Environment) => readonly Need[];
  /** `undefined` where it has nothing to say. */
  readonly judge: (candidate: Candidate, facts: Facts, environment: Environment) => Verdict | undefined;
}

/** A condition on a whole plan; it judges promotions and rollbacks by `plan.kind`. */
export interface PlanGate {
  /** `undefined` where the environment does not ask for it. */
  readonly judge: (plan: Plan, facts: Facts, environment: Environment) => Verdict | undefined;
}
