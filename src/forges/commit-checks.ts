/** Something that was reported on a commit. */
export interface CommitCheck {
  readonly kind: CheckKind;
  readonly name: string;
  /** The app that reported it, by its slug; absent where none did. */
  readonly app?: string | undefined;
  /** The account that reported it; absent where an app did, or nobody is named. */
  readonly user?: string | undefined;
  /** `none`: it ended without a result, as one that was skipped. */
  readonly state: 'passed' | 'pending' | 'failed' | 'none';
  /** The forge's own word for the state. */
  readonly said: string;
}

/** `status`: commit statuses, check runs and jobs; `pipeline`: a pipeline as a whole. */
export type CheckKind = 'status' | 'pipeline';

/** A commit of a branch, with what was reported on it. */
export interface CheckedCommit {
  readonly commit: string;
  /** The latest of each name; `undefined` where the forge has nothing of the kind. */
  checks(kind: CheckKind): Promise<readonly CommitCheck[] | undefined>;
}
