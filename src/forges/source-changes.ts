/** The commits between two revisions of a repository. */
export interface Comparison {
  /** The address of the comparison's page. */
  readonly url: string;
  /** How many there are; `commits` holds at most the newest hundred. */
  readonly total: number;
  /** Oldest first; subjects are text from outside. */
  readonly commits: readonly { readonly subject: string }[];
}

/** What a repository says of one of its releases: text from outside. */
export interface ReleaseNotes {
  /** The address of the release's page. */
  readonly url?: string | undefined;
  readonly text: string;
}
