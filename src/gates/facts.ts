import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { Hold } from '../environments/holds/holds.ts';
import type { PromoteError } from '../errors.ts';
import type { SignedManifest } from '../images/signature.ts';
import type { Digest } from '../oci/digest.ts';
import type { TargetState } from '../plan/target-state.ts';
import type { ReviewFacts, RunFacts } from './approvals.ts';

/** The environment's holds, as the observed commit has them. */
export type HoldFacts =
  | { readonly kind: 'read'; readonly holds: readonly Hold[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** What was found of one accepted signer's signatures on a source image, its own manifest first. */
export interface SignatureFinding {
  readonly accepted: AcceptedSigner;
  readonly manifests: readonly SignedManifest[];
}

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
