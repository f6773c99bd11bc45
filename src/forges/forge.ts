import type { Repository } from '../git/repository.ts';
import type { BranchRule, BranchUse } from './branch-rule.ts';
import type { CheckedCommit } from './commit-checks.ts';
import type { Deployments } from './deployments.ts';
import type { EnvironmentProtection } from './environment-protection.ts';
import type { Issues } from './issues.ts';
import type { Comparison, ReleaseNotes } from './source-changes.ts';
import type { TokenRight, TokenUse } from './token-right.ts';
import type { Visibility } from './visibility.ts';

/** A person or bot of the forge; compared by `id`, never by name. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** A pull request of ours: head and base are branches of one repository. */
export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly branch: string;
  readonly base: string;
  /** The commit that `branch` points at. */
  readonly head: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly author: Person;
  readonly openedAt: Date;
  /** When it was merged, or closed unmerged. */
  readonly endedAt?: Date;
  /** Who closed it unmerged, where the forge shows. */
  readonly closedBy?: Person;
  /** How it was closed unmerged, as far as the forge tells: by a bot, or since its branch was deleted. */
  readonly closing?: 'bot' | 'branch' | undefined;
}

/** What a pull request shall say and whom it shall ask. */
export interface PullRequestContent {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  /** Labels that are taken away; all others that people added stay. */
  readonly unwanted?: readonly string[] | undefined;
  /** People by name, teams as the forge writes them (`acme/release-managers`). */
  readonly reviewers: readonly string[];
  readonly assignees: readonly string[];
  readonly draft: boolean;
}

/** A reviewer's latest opinion. */
export interface Review {
  readonly reviewer: Person;
  readonly verdict: 'approved' | 'changes-requested' | 'dismissed';
  /** The commit it was given on; absent where the forge does not show. */
  readonly commit?: string | undefined;
  readonly at: Date;
  readonly url: string;
  /** Whether the reviewer may write to the repository. */
  readonly canWrite: boolean;
}

/** A comment in a pull request's conversation. */
export interface Comment {
  readonly author: Person;
  /** As it is written, in the forge's markup. */
  readonly text: string;
  /** Whether anything shows that it was changed after it was written. */
  readonly isChanged: boolean;
  readonly at: Date;
  readonly url: string;
}

/** How people approve by comments on pull requests. */
export interface ApprovalComments {
  /** What the comment begins with, before the digest of a plan. */
  readonly command: string;
  /** People's comments of a pull request's conversation, oldest first. */
  read(pullRequest: PullRequest): Promise<readonly Comment[]>;
  /** The ids of those who may write to the repository. */
  writers(people: readonly Person[]): Promise<ReadonlySet<string>>;
}

/** A commit status under `context`; `description` is one line of at most 140 characters. */
export interface CommitStatus {
  readonly context: string;
  readonly state: 'pending' | 'success' | 'failure';
  readonly description: string;
  readonly url?: string | undefined;
  /** A further context that says the same; both are looked for at once. */
  readonly former?: string | undefined;
}

/** How a merge is made, where the repository allows it; else it is made as the repository allows. */
export type MergeMethod = 'merge' | 'squash' | 'rebase';

/** What else is asked of a merge. */
export interface MergeOptions {
  /** Whether the forge merges it later, if its later merge keeps to this very head; default: now or never. */
  readonly whenReady?: boolean | undefined;
  /** Whether the branch is deleted once it is merged. */
  readonly deleteBranch?: boolean | undefined;
}

/** What a merge lacks. `checks`: what comes without a person; `update`: its base; `person`: what only a person can end. */
export type MergeNeed = 'checks' | 'update' | 'person';

/** What came of asking for a merge; `queued`: the forge will merge it. `refused` says why, for people. */
export type MergeOutcome =
  | { readonly kind: 'merged'; readonly commit: string }
  | { readonly kind: 'queued' }
  | { readonly kind: 'moved' }
  | { readonly kind: 'refused'; readonly reason: string; readonly needs: MergeNeed };

/** A forge's pull requests, GitLab's merge requests included. */
export interface PullRequests {
  /** The newest pull request from the branch into the base, whatever its state; one from a fork is none of ours. */
  find(branch: string, base: string): Promise<PullRequest | undefined>;
  /**
   * Opens one; where another run was faster, answers that one, brought to the content. A forge that takes several
   * requests for the content has `unfinished` for its body until the last.
   */
  open(branch: string, base: string, content: PullRequestContent, unfinished?: string): Promise<PullRequest>;
  /** Brings labels, requests for review, then title and body to the content; writes nothing where they are so. */
  update(pullRequest: PullRequest, content: PullRequestContent): Promise<PullRequest>;
  /** Merges if the head is still the commit. What is known to be refused is looked at, and not asked for again. */
  merge(pullRequest: PullRequest, method: MergeMethod, options?: MergeOptions): Promise<MergeOutcome>;
  /** Closes it unmerged, with one comment that says why. */
  close(pullRequest: PullRequest, reason: string): Promise<void>;
  /** The latest review of each reviewer, in the order they were given. */
  reviews(pullRequest: PullRequest): Promise<readonly Review[]>;
  /**
   * Sets a status on a commit, unless the latest one under the context says the same; answers whether it did. With the
   * number of a pull request it is there where that one's merge looks for it, and again once that is elsewhere.
   */
  setStatus(commit: string, status: CommitStatus, pullRequest?: number): Promise<boolean>;
}

/** Somebody's open pull request, perhaps from a fork, and what merging it would make. */
export interface ProposedMerge {
  readonly number: number;
  readonly url: string;
  /** The name of its branch, wherever that is. */
  readonly branch: string;
  /** Whether the branch is one of this repository's. */
  readonly isOwn: boolean;
  readonly base: string;
  /** The commit that the branch points at. */
  readonly head: string;
  readonly conflicts: boolean;
  /** Two commits whose difference the merge adds to the base; absent: the forge does not know yet, or it conflicts. */
  readonly merge: { readonly before: string; readonly after: string } | undefined;
}

/** What a forge with pull requests offers for one deployment repository; plain Git offers none of it. */
export interface Forge {
  readonly pullRequests: PullRequests;
  /** Absent where the forge does not prove that a comment was never changed. */
  readonly approvalComments?: ApprovalComments | undefined;
  /** The open pull requests into the base from this repository's branches whose names begin with the prefix. */
  openPullRequests(prefix: string, base: string): Promise<readonly PullRequest[]>;
  /** Anybody's open pull request by its number; `undefined` where none is open under it. */
  proposedMerge(number: number): Promise<ProposedMerge | undefined>;
  /** The newest commit that is in the history of both; `undefined` where there is none. */
  mergeBase(one: string, other: string): Promise<string | undefined>;
  /**
   * When a pull request into the branch brought a commit of it in, by the forge's clock. `undefined` where none did,
   * or the forge does not tell. Absent: it never tells.
   */
  mergedAt?(commit: string, branch: string): Promise<Date | undefined>;
  /** A commit and those before it along first parents, listed as they are consumed, with what was reported on each. */
  checkedCommits?(head: string): AsyncIterable<CheckedCommit>;
  /** Every commit that an own open pull request's branch pointed at, oldest first, as far as it is listed. */
  heads(pullRequest: PullRequest): Promise<readonly PushedHead[]>;
  /** Whom the token acts as. */
  viewer(): Promise<Person>;
  /** A team's members; throws where the team is unknown or the token may not read it. */
  members(team: string): Promise<readonly Person[]>;
  /** How far the branch keeps to what promote needs of it, by the forge's own rules. */
  branchRules(branch: string, use: BranchUse): Promise<readonly BranchRule[]>;
}

/** A commit that a branch pointed at, and who moved the branch there. */
export interface PushedHead {
  readonly commit: string;
  /** `undefined` where the forge does not tell. */
  readonly pusher: Person | undefined;
  /** `undefined` where the commit cannot be read any more. */
  readonly message: string | undefined;
  /** The commit's first parent. */
  readonly parent: string | undefined;
}

/** Somebody's answer to this CI run's request to enter protected environments. */
export interface RunApproval {
  readonly reviewer: Person;
  readonly verdict: 'approved' | 'rejected' | 'pending';
  readonly environments: readonly string[];
  /** Absent where the forge shows no time. */
  readonly at?: Date | undefined;
}

/** Who asked for what a CI run does. */
export interface Asker {
  /** Absent where only a name is known. */
  readonly id?: string | undefined;
  readonly name: string;
}

/** A repository on its forge. */
export interface OpenedForge {
  readonly repository: Repository;
  readonly forge: Forge;
  /** Compares revisions of a repository on the same server; `undefined` where `to` is not seen to follow `from`. */
  compare(source: string, from: string, to: string): Promise<Comparison | undefined>;
  /** The notes of the release of a tag in a repository on the same server; `undefined` where none is seen. */
  releaseNotes(source: string, tag: string): Promise<ReleaseNotes | undefined>;
  /** Who let this CI run enter its protected environments, which are this repository's. */
  runApprovals(): Promise<readonly RunApproval[]>;
  /** Its record of what is where; absent: it keeps none. */
  readonly deployments?: Deployments | undefined;
  /** Its issues; absent: promote keeps none there. */
  readonly issues?: Issues | undefined;
  /** Who may see the repository and its site. */
  visibility(): Promise<Visibility>;
  /** Where people read about a commit of it. */
  commitUrl(commit: string): string;
  /** Whether a person may write to the repository. */
  mayWrite(person: Person): Promise<boolean>;
  /** What the token may do, as far as the forge says. */
  tokenRights(use: TokenUse): Promise<readonly TokenRight[]>;
  /** How an environment of its CI is protected; `undefined` where it is not, or where that may not be read. */
  environmentProtection(name: string): Promise<EnvironmentProtection | undefined>;
  /** What this job said in the first attempt of its CI run, in annotations of a title; absent: it keeps none. */
  saidInFirstAttempt?(title: string): Promise<readonly string[]>;
  /** Who asked by starting this CI run or running it again: `stated` by its variables, and what the forge itself says. */
  runAskers(stated: readonly Asker[]): Promise<readonly Asker[]>;
  /** Ends its connections and removes its temporary files. */
  close(): Promise<void>;
}
