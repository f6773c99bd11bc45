import type { PullRequest, PullRequests } from '../forges/pull-requests.ts';
import type { Person } from '../gates/approvals.ts';
import type { BranchRules } from '../plan/check-branch.ts';

/** What a forge with pull requests offers for one deployment repository; plain Git offers none of it. */
export interface Forge {
  readonly pullRequests: PullRequests;
  /** The open pull requests of ours into the base whose branches' names begin with the prefix. */
  readonly openPullRequests: (prefix: string, base: string) => Promise<readonly PullRequest[]>;
  /** The newest commit that is in the history of both; `undefined` where there is none. */
  readonly mergeBase: (one: string, other: string) => Promise<string | undefined>;
  /** Who authored, committed or pushed the commit, as far as the forge can tell. */
  readonly pushers: (commit: string) => Promise<readonly Person[]>;
  /** A team's members; throws where the team is unknown or the token may not read it. */
  readonly members: (team: string) => Promise<readonly Person[]>;
  /** What the branch asks for before it takes a change. */
  readonly branchRules: (branch: string) => Promise<BranchRules>;
}

/** Somebody's answer to this CI run's request to enter protected environments. */
export interface RunApproval {
  readonly reviewer: Person;
  readonly verdict: 'approved' | 'rejected' | 'pending';
  readonly environments: readonly string[];
}

/** The commits between two revisions of an image's source. */
export interface SourceComparison {
  /** Where people read it. */
  readonly url: string;
  /** How many there are; `commits` may hold fewer. */
  readonly total: number;
  /** Oldest first. */
  readonly commits: readonly { readonly subject: string }[];
}
