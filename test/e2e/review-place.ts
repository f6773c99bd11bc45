/** Variables that a command runs with. */
export type Env = Readonly<Record<string, string>>;

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

/** A deployment repository where promotions are reviewed, with the people who work on it. Its base is `main`. */
export interface ReviewPlace {
  /** As `--file` and `deployments.repository` name it. */
  readonly url: string;
  /** What a CI sets for a job there. */
  readonly variables: Env;
  /** Commits files as a person; answers with the commit. */
  push(files: Files, branch?: string): Promise<string>;
  /** Has somebody's commit come to `main` after promote has read it and before it writes. */
  pushMeanwhile(files: Files): Promise<void>;
  /** A file's text, empty where it is not there. */
  file(path: string, branch?: string): Promise<string>;
  head(branch: string): Promise<string | undefined>;
  parents(commit: string): Promise<readonly string[]>;
  /** Merges a branch, and what proposes it, as a person does. */
  merge(branch: string): Promise<void>;
  /** What promote asked for since the last call, method first. */
  calls(): readonly string[];
  /** Absent on plain Git. */
  readonly pulls?: Pulls;
}

/** The pull requests of a forge as its people see and use them. */
export interface Pulls {
  /** The newest first. */
  list(): Promise<readonly Pull[]>;
  approve(number: number, name: string): Promise<void>;
  /** Has somebody's commit come to a branch after promote has read it, while it counts the reviews. */
  pushMeanwhile(files: Files, branch: string): Promise<void>;
  /** Closes one unmerged. */
  close(number: number): Promise<void>;
  /** The newest status of a commit. */
  status(commit: string): Promise<string>;
  /** Has `main` take nothing before the status is green. */
  protect(status: string): void;
  /** Whether a merge that has to wait is left to the forge: a difference that docs/forgejo.md prints. */
  readonly mergesLater: boolean;
  /** What the CI sets for a job that a person started. */
  startedBy(name: string): Env;
  /** What the CI sets for a pull request from a fork. */
  readonly fork: Env;
  /** Somebody who sees the repository and may not write to it. */
  readonly reader: string;
}

/** A pull request. */
export interface Pull {
  readonly number: number;
  readonly branch: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly head: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
}

/** Starts a place for one test: a repository whose `main` holds a README.md alone. */
export type StartPlace = () => Promise<ReviewPlace>;
