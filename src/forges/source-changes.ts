/** The commits between two revisions of a repository. */
export interface Comparison {
  /** Where people read it. */
  readonly url: string;
  /** How many there are; `commits` holds at most the newest hundred. */
  readonly total: number;
  /** Oldest first; subjects are text from outside. */
  readonly commits: readonly { readonly subject: string }[];
}

/** What a repository says of one of its releases: text from outside. */
export interface ReleaseNotes {
  /** Where people read it. */
  readonly url?: string | undefined;
  readonly text: string;
}
