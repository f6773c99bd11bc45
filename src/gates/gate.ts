import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { Environment } from '../environments/environments.ts';
import type { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Plan } from '../plan/plan.ts';
import type { TargetState } from '../plan/target-state.ts';
import type { Approval, ReviewFacts, RunFacts } from './approvals.ts';
import type { HoldFacts } from './hold.ts';
import type { SignatureFinding } from './signature.ts';

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

/** What was gathered for the gates: facts about the world, and what the caller stated. */
export interface Facts {
  /** What is judged by them. */
  readonly kind: 'promotion' | 'rollback';
  /** The command that another run is started with, with what it is to be told besides. */
  readonly again: (...further: readonly string[]) => string;
  /** The one time that all gates of a run are judged at. */
  readonly now: Date;
  /** Digests among the candidates' that the environment's files pinned at an earlier commit. */
  readonly lived: ReadonlySet<Digest>;
  /** What the targets hold, by image. */
  readonly states: ReadonlyMap<string, readonly TargetState[]>;
  /** What `needs` asked for of the source images' signatures, by image. */
  readonly signatures: ReadonlyMap<string, readonly SignatureFinding[]>;
  readonly allowBackward: boolean;
  readonly holds: HoldFacts;
  /** Who approved, as the caller states. */
  readonly approvedBy: readonly string[];
  /** What the forge says of the groups' pull requests. */
  readonly reviews: ReadonlyMap<string, ReviewFacts>;
  /** What the CI says of the protected environments of its run, where a gate asks. */
  readonly run: RunFacts | undefined;
  /** Where rollbacks are proposed, by the images that they roll back. */
  readonly rollbacks: ReadonlyMap<string, string>;
  /** What could not be read of an image, so that nothing is decided about it; by image. */
  readonly failures: ReadonlyMap<string, PromoteError>;
}

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
