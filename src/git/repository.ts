import type { CommitIdentity } from './author.ts';

/** A branch and its commit when observed; a run reads everything at this commit. */
export interface Head {
  readonly branch: string;
  /** Full object name. */
  readonly commit: string;
}

/** A regular file of a commit. */
export interface TreeFile {
  readonly path: string;
  /** The blob's object name. */
  readonly blob: string;
}

/** What is at a path of a commit's tree. */
export interface TreeEntry {
  /** As Git writes it, six digits: `100644`, `100755`, `120000` a symbolic link, `160000` a submodule, `040000`. */
  readonly mode: string;
  readonly object: string;
}

/** A commit's message, and the whole new texts of existing or new regular files, by path. */
export interface CommitPart {
  readonly message: string;
  readonly files: ReadonlyMap<string, string>;
}

/** One atomic commit to make on top of an observed one, or several that reach the branch together. */
export interface CommitRequest extends CommitPart {
  /** The branch to advance, created where it is absent. */
  readonly branch: string;
  /** The commit whose tree the changes apply to, and the new commit's parent. */
  readonly parent: string;
  /** The commit that `branch` must still point at; `undefined`: the branch must not exist. */
  readonly expected: string | undefined;
  /** Commits to make below this one, oldest first, each with whole texts; only if `expected` is `parent`. */
  readonly below?: readonly CommitPart[] | undefined;
  /** Whether `files` may contain files that a CI runs; absent: they are refused. */
  readonly ciFiles?: boolean;
  readonly date: Date;
  /** Who makes the commit; absent: whom the repository was opened with. */
  readonly as?: CommitIdentity | undefined;
}

/** `moved`: the branch is not at `expected`; nothing was written. `below`: the lower commits, in order. */
export type CommitOutcome =
  | { readonly kind: 'committed'; readonly commit: string; readonly below?: readonly string[] | undefined }
  | { readonly kind: 'moved'; readonly actual: string | undefined };

/** A commit that changed requested files, with the blobs before and after it. */
export interface HistoryEntry {
  readonly commit: string;
  readonly date: Date;
  readonly author: string;
  readonly message: string;
  readonly changes: readonly { readonly path: string; readonly before?: string; readonly after?: string }[];
}

/** Whether a blob's text is wanted; receives its bytes as Latin-1, before they are decoded. */
export type Keep = (bytes: string) => boolean;

/** What a caller of a history does not need. */
export interface HistoryBounds {
  /** Returns the time from which history is needed; called only where that saves requests. */
  readonly oldest?: (() => Promise<Date | undefined>) | undefined;
  /** Whether only `before` blobs are used; a commit without a parent may then show no changes. */
  readonly earlierOnly?: boolean | undefined;
  /** The directory that contains all wanted paths; absent or empty: any. A forge may skip other commits. */
  readonly below?: string | undefined;
}

/** A Git repository that contains deployment files, on whatever host. */
export interface Repository {
  /** How people name it: a URL without credentials, or a path. */
  readonly name: string;
  /** The head of the branch, or of the default branch; `undefined` where the branch does not exist. */
  head(branch?: string): Promise<Head | undefined>;
  /**
   * The heads of the branches below a prefix such as `promote/qa/`, by one request, and another for their
   * commits. Absent where a forge lists pull requests instead.
   */
  branches?(prefix: string): Promise<readonly Head[]>;
  /** Every regular file of a commit; symbolic links and submodules are left out. */
  list(commit: string): Promise<readonly TreeFile[]>;
  /** Everything that a commit contains, by path; directories are left out. */
  tree(commit: string): Promise<ReadonlyMap<string, TreeEntry>>;
  /**
   * The texts of blobs by object name, without those that `keep` refuses. Throws `TOO_LARGE` over the limit,
   * and `INVALID` if not UTF-8. With `keep`, the limit is higher, and such a text is not well-formed.
   */
  read(blobs: readonly string[], keep?: Keep): Promise<ReadonlyMap<string, string>>;
  /** The first-parent history of the files that `matches` accepts, newest first; `bounds` may shorten it. */
  history(
    commit: string,
    matches: (path: string) => boolean,
    bounds?: HistoryBounds,
  ): AsyncIterable<HistoryEntry>;
  /** Throws `CONFIGURATION` if commits cannot be made with this identity. */
  assertIdentity?(as: CommitIdentity): void;
  /** Makes the commit and advances the branch only if it is where it was observed. */
  commit(request: CommitRequest): Promise<CommitOutcome>;
}
