import type { FileChange, Objects } from './objects.ts';
import type { CommitOutcome, Head } from './repository.ts';

/** A branch to move to a commit that is already written, if it is still at the expected commit. */
export interface BranchMove {
  readonly branch: string;
  readonly expected: string | undefined;
  readonly commit: string;
  readonly parent: string;
  /** What the commit changed, for the working tree that has the branch checked out. */
  readonly changes: readonly FileChange[];
}

/** The branches that promotions read and advance: a remote's, or those of a checkout without one. */
export interface Branches {
  head(branch?: string): Promise<Head | undefined>;
  /** The heads of the branches whose names begin with the prefix. */
  list(prefix: string): Promise<readonly Head[]>;
  advance(move: BranchMove): Promise<CommitOutcome>;
}

/** The parts that make a repository, whichever implementation they come from. */
export interface RepositoryParts {
  readonly name: string;
  readonly objects: Objects;
  readonly branches: Branches;
  close(): Promise<void>;
}
