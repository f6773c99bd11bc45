/** Something that was reported on a commit. */
export interface CommitCheck {
  readonly kind: CheckKind;
  readonly name: string;
  /** The slug of the app that reported it; absent if no app did. */
  readonly app?: string | undefined;
  /** The account that reported it; absent if an app did, or if no account is named. */
  readonly user?: string | undefined;
  /** `none`: it ended without a result, for example because it was skipped. */
  readonly state: 'passed' | 'pending' | 'failed' | 'none';
  /** The forge's own word for the state. */
  readonly said: string;
}

/** `status`: commit statuses, check runs and jobs; `pipeline`: a pipeline as a whole. */
export type CheckKind = 'status' | 'pipeline';

/** A commit of a branch, with what was reported on it. */
export interface CheckedCommit {
  readonly commit: string;
  /** The latest check of each name; `undefined` where the forge has no checks of this kind. */
  checks(kind: CheckKind): Promise<readonly CommitCheck[] | undefined>;
}
