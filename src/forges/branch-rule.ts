/** What promote does with a branch. */
export type BranchUse =
  | { readonly commit: 'direct' }
  | {
      readonly commit: 'pull-request';
      /** The status that must be there before a merge. */
      readonly status: string;
      /** Statuses of single groups, which are not set on other pull requests. */
      readonly former: readonly string[];
      /** Whether promote merges. */
      readonly merges: boolean;
    };

/** One thing that a branch's rules guarantee (`ok`), leave open (`warning`) or make impossible (`error`). */
export interface BranchRule {
  readonly verdict: 'ok' | 'warning' | 'error';
  readonly text: string;
  /** What to change, and where the forge has the setting. */
  readonly hint?: string | undefined;
}
