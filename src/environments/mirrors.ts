import type { RepositoryName } from '../oci/reference.ts';
import type { AcceptedSigner } from './accepted-signers.ts';
import type { UpdateLevel } from './update-level.ts';

/** Images of another registry that a repository of ours keeps copies of. */
export interface Mirror {
  readonly name: string;
  readonly from: RepositoryName;
  readonly to: RepositoryName;
  readonly tags: readonly MirroredTags[];
  /** The accepted signers; one of them must have signed. Empty: no signature is needed. */
  readonly signature: readonly AcceptedSigner[];
  /** Whether a tag here follows one that moved there. */
  readonly moves: boolean;
  /** Whether pull requests change files that name the other repository. */
  readonly pins: boolean;
}

/** One tag, and the newer ones in its scheme that `update` allows. */
export interface MirroredTags {
  readonly tag: string;
  /** `digest`: the tag alone. */
  readonly update: UpdateLevel;
  /** How many of the newest, besides the tag itself; absent: all. */
  readonly newest?: number | undefined;
}
