import type { CommitMakers } from './author.ts';
import type { HistoryBounds, HistoryEntry, Keep, TreeEntry, TreeFile } from './repository.ts';

export type { Keep } from './repository.ts';

/** A regular file's new text, and the blobs before and after. */
export interface FileChange {
  readonly path: string;
  readonly mode: '100644' | '100755';
  readonly before: string | undefined;
  readonly after: string;
  readonly text: string;
}

/** A commit to write: the parent's tree with the changes. */
export interface NewCommit extends Omit<CommitMakers, 'signOff'> {
  readonly parent: string;
  /** A further parent, whose files are not used. */
  readonly second?: string | undefined;
  readonly changes: readonly FileChange[];
  readonly message: string;
  readonly date: Date;
}

/** A Git object database. What is missing is fetched from the repository's remote first, if it has one. */
export interface Objects {
  tree(commit: string): Promise<ReadonlyMap<string, TreeEntry>>;
  /** Fetches these commits together before they are read; `trees`: without their history. */
  expect(commits: readonly string[], what?: 'trees'): Promise<void>;
  read(blobs: readonly string[], keep?: Keep): Promise<ReadonlyMap<string, string>>;
  history(
    commit: string,
    matches: (path: string) => boolean,
    bounds?: HistoryBounds,
  ): AsyncIterable<HistoryEntry>;
  /** The entries at these paths, which list directories before their content; missing paths are left out. */
  entries(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, TreeEntry>>;
  /** Writes blobs, trees and the commit without a ref, and returns the commit's object name. */
  write(commit: NewCommit): Promise<string>;
}

/** Where missing objects come from. Each call sends at most one request for all that it names. */
export interface Origin {
  fetchCommit(commit: string): Promise<void>;
  /** Fetches commits that are read soon, with history if that takes no extra request; `trees`: without it. */
  fetchCommits(commits: readonly string[], what?: 'trees'): Promise<void>;
  fetchBlobs(blobs: readonly string[]): Promise<void>;
  fetchHistory(commit: string): Promise<void>;
}

/** The mode of a regular file, `undefined` for anything else. */
export function regularMode(mode: string | undefined): FileChange['mode'] | undefined {
  return mode === '100644' || mode === '100755' ? mode : undefined;
}

/** The regular files of a tree. A name that is not UTF-8 is left out: no environments file can contain it. */
export function regularFiles(tree: ReadonlyMap<string, TreeEntry>): readonly TreeFile[] {
  const files: TreeFile[] = [];
  for (const [path, { mode, object }] of tree) {
    if (regularMode(mode) !== undefined && !path.includes('\ufffd')) files.push({ path, blob: object });
  }
  return files;
}

/** A tree without its directories. */
export function withoutDirectories(tree: ReadonlyMap<string, TreeEntry>): ReadonlyMap<string, TreeEntry> {
  return new Map([...tree].filter(([, { mode }]) => mode !== DIRECTORY));
}

/** The mode of a directory. */
export const DIRECTORY = '040000';
