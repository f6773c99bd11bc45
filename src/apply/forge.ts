import type { PullRequests } from '../forges/pull-requests.ts';
import type { Person } from '../gates/approvals.ts';

/** What a forge with pull requests offers for one deployment repository; plain Git offers none of it. */
export interface Forge {
  readonly pullRequests: PullRequests;
  /** The newest commit that is in the history of both; `undefined` where there is none. */
  readonly mergeBase: (one: string, other: string) => Promise<string | undefined>;
  /** Who authored, committed or pushed the commit, as far as the forge can tell. */
  readonly pushers: (commit: string) => Promise<readonly Person[]>;
  /** A team's members; throws where the team is unknown or the token may not read it. */
  readonly members: (team: string) => Promise<readonly Person[]>;
  /** The statuses that the branch requires before a merge. */
  readonly requiredStatuses: (branch: string) => Promise<readonly RequiredStatus[]>;
}

/** A status that a branch requires; `app` is the id of the App that must have set it, where the rule says so. */
interface RequiredStatus {
  readonly context: string;
  readonly app?: number;
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
