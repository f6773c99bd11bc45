import type { Environment } from '../environments/environments.ts';
import type { Digest } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { TargetState } from '../plan/target-state.ts';

/** A gate's answer. `waiting` may open by itself or by a person; `closed` opens only when something is changed. */
export type Verdict =
  | { readonly kind: 'open'; readonly gate: string; readonly reason: string }
  | {
      readonly kind: 'waiting' | 'closed';
      readonly gate: string;
      readonly reason: string;
      readonly hint: string;
    };

/** What was gathered for the gates: facts about the world, and what the caller stated. */
export interface Facts {
  /** Digests among the candidates' that the environment's files pinned at an earlier commit. */
  readonly lived: ReadonlySet<Digest>;
  /** What the targets hold, by image. */
  readonly states: ReadonlyMap<string, readonly TargetState[]>;
  readonly allowBackward: boolean;
  /** Who approved, as the caller states. */
  readonly approvedBy: readonly string[];
}

/** A condition on one promotion; `undefined` where it has nothing to say. */
export type Gate = (candidate: Candidate, facts: Facts) => Verdict | undefined;

/** A condition on a whole plan; `undefined` where the environment does not ask for it. */
export type PlanGate = (environment: Environment, facts: Facts) => Verdict | undefined;
