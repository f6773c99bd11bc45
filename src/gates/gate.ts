import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { Environment } from '../environments/environments.ts';
import type { AcceptedProvenance } from '../environments/gates/provenance.ts';
import type { VulnerabilityGate } from '../environments/gates/vulnerabilities.ts';
import type { Digest } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Plan } from '../plan/plan.ts';
import type { Approval } from './approvals.ts';
import type { Facts } from './facts.ts';

/** A gate's answer. `waiting` may open with time or by a person; `closed` opens only if something is changed. */
export type Verdict =
  | {
      readonly kind: 'open';
      readonly gate: string;
      readonly reason: string;
      /** The approvals that count; set by the approval gate. */
      readonly approvals?: readonly Approval[];
      /** The digests of the evidence that the answer is based on. */
      readonly evidence?: readonly Digest[] | undefined;
      /** The level of SLSA's build track that provenance shows; set by the provenance gate. */
      readonly level?: number | undefined;
      /** When it closes by itself, if it is known to: ISO 8601. */
      readonly closesAt?: string | undefined;
    }
  | {
      readonly kind: 'waiting' | 'closed';
      readonly gate: string;
      readonly reason: string;
      readonly hint: string;
      /** How long until it opens by itself, for people: `open in 3 h 20 min`. */
      readonly opensIn?: string | undefined;
      /** How long until it opens by itself, in milliseconds. */
      readonly opensAfter?: number | undefined;
      readonly approvals?: readonly Approval[];
      readonly evidence?: readonly Digest[] | undefined;
    };

/** A fact that has to be fetched for a gate and one promotion. */
export type Need =
  | { readonly kind: 'signature'; readonly accepted: AcceptedSigner }
  /** Signed provenance that fits the rule. */
  | { readonly kind: 'provenance'; readonly rule: AcceptedProvenance }
  | { readonly kind: 'scans'; readonly gate: VulnerabilityGate }
  /** Our record of the promotion into the environment before. */
  | {
      readonly kind: 'predecessor';
      readonly from: string;
      readonly policies?: readonly string[] | undefined;
      /** Whether its verification summary is needed too. */
      readonly vsa: boolean;
    };

/** What a gate's answer means for a rollback: it decides, is only a warning, or is not asked for. */
export type OnRollback = 'decides' | 'warns' | 'skipped';

/** A condition on one promotion. */
export interface Gate {
  readonly onRollback: OnRollback;
  /** Whether it is about the source, so that each of several sources is judged. */
  readonly isOfSource?: boolean;
  /** The facts to fetch for it; none if the environment does not set the gate. */
  readonly needs?: (candidate: Candidate, environment: Environment) => readonly Need[];
  /** `undefined` if the gate does not apply. */
  readonly judge: (candidate: Candidate, facts: Facts, environment: Environment) => Verdict | undefined;
}

/** A condition on a whole plan; `plan.kind` says whether it is a promotion or a rollback. */
export interface PlanGate {
  readonly onRollback: OnRollback;
  /** `undefined` if the environment does not set the gate. */
  readonly judge: (plan: Plan, facts: Facts, environment: Environment) => Verdict | undefined;
}
