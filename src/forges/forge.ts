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

/** A pull request of promote; its head and base are branches of one repository. */
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
  /** Who closed it unmerged, where the forge shows that. */
  readonly closedBy?: Person;
  /** How it was closed unmerged, where the forge shows that: by a bot, or because its branch was deleted. */
  readonly closing?: 'bot' | 'branch' | undefined;
}

/** What a pull request must say, and whom it asks for a review. */
export interface PullRequestContent {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  /** Labels to remove; all others that people added stay. */
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
  /** The commit that was reviewed; absent where the forge does not show it. */
  readonly commit?: string | undefined;
  readonly at: Date;
  readonly url: string;
  /** Whether the reviewer may write to the repository. */
  readonly canWrite: boolean;
}

/** A comment in a pull request's conversation. */
export interface Comment {
  readonly author: Person;
  /** The text in the forge's markup. */
  readonly text: string;
  /** Whether anything shows that the comment was edited. */
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
  /** A further context with the same status; both are read at once. */
  readonly former?: string | undefined;
}

/** How to merge. Where the repository does not allow it, the merge is made in a way that it allows. */
export type MergeMethod = 'merge' | 'squash' | 'rebase';

/** Further settings of a merge. */
export interface MergeOptions {
  /** Whether the forge may merge later, if it then merges only this head; default: now or never. */
  readonly whenReady?: boolean | undefined;
  /** Whether the branch is deleted once it is merged. */
  readonly deleteBranch?: boolean | undefined;
}

/** What a merge waits for. `checks`: they end without a person; `update`: its base; `person`: a person. */
export type MergeNeed = 'checks' | 'update' | 'person';

/** The result of asking for a merge. `queued`: the forge will merge it. `refused`: a reason for people. */
export type MergeOutcome =
  | { readonly kind: 'merged'; readonly commit: string }
  | { readonly kind: 'queued' }
  | { readonly kind: 'moved' }
  | { readonly kind: 'refused'; readonly reason: string; readonly needs: MergeNeed };

/** A forge's pull requests, GitLab's merge requests included. */
export interface PullRequests {
  /** The newest pull request from the branch into the base, in any state; one from a fork does not count. */
  find(branch: string, base: string): Promise<PullRequest | undefined>;
  /**
   * Opens a pull request. Where another run was faster, updates that one to the content. A forge that needs
   * several requests for this has `unfinished` as the body until the last.
   */
  open(branch: string, base: string, content: PullRequestContent, unfinished?: string): Promise<PullRequest>;
  /** Updates labels, requests for review, then title and body to the content; writes only what differs. */
  update(pullRequest: PullRequest, content: PullRequestContent): Promise<PullRequest>;
  /** Merges if the head is still the commit. A merge that the forge would refuse is not requested. */
  merge(pullRequest: PullRequest, method: MergeMethod, options?: MergeOptions): Promise<MergeOutcome>;
  /** Closes it unmerged, with one comment that says why. */
  close(pullRequest: PullRequest, reason: string): Promise<void>;
  /** The latest review of each reviewer, in the order they were given. */
  reviews(pullRequest: PullRequest): Promise<readonly Review[]>;
  /**
   * Sets a status on a commit, unless the latest one under the context says the same; returns whether it
   * wrote. With a pull request's number, it is set where that merge looks for it, and again if that changes.
   */
  setStatus(commit: string, status: CommitStatus, pullRequest?: number): Promise<boolean>;
}

/** Anybody's open pull request, perhaps from a fork, and what its merge would change. */
export interface ProposedMerge {
  readonly number: number;
  readonly url: string;
  /** The name of its branch, in whichever repository. */
  readonly branch: string;
  /** Whether the branch is in this repository. */
  readonly isOwn: boolean;
  readonly base: string;
  /** The commit that the branch points at. */
  readonly head: string;
  readonly conflicts: boolean;
  /** Two commits whose difference the merge adds to the base; absent: it conflicts, or is not known yet. */
  readonly merge: { readonly before: string; readonly after: string } | undefined;
}

/** What a forge with pull requests offers for a deployment repository; plain Git does not offer it. */
export interface Forge {
  readonly pullRequests: PullRequests;
  /** Absent where the forge cannot prove that a comment was never edited. */
  readonly approvalComments?: ApprovalComments | undefined;
  /** The open pull requests into the base from this repository's branches with the prefix. */
  openPullRequests(prefix: string, base: string): Promise<readonly PullRequest[]>;
  /** Anybody's open pull request by its number; `undefined` where no open one has it. */
  proposedMerge(number: number): Promise<ProposedMerge | undefined>;
  /** The merge base of two commits; `undefined` where there is none. */
  mergeBase(one: string, other: string): Promise<string | undefined>;
  /**
   * When the merge of a pull request added the commit to the branch, by the forge's clock. `undefined` where
   * none did, or where the forge does not show it. Absent: the forge never shows it.
   */
  mergedAt?(commit: string, branch: string): Promise<Date | undefined>;
  /** A commit and its first-parent history, read as it is consumed, with what was reported on each commit. */
  checkedCommits?(head: string): AsyncIterable<CheckedCommit>;
  /** Commits that an own open pull request's branch pointed at, oldest first, as far as the forge shows. */
  heads(pullRequest: PullRequest): Promise<readonly PushedHead[]>;
  /** The account that the token acts as. */
  viewer(): Promise<Person>;
  /** A team's members; throws where the team is unknown or the token may not read it. */
  members(team: string): Promise<readonly Person[]>;
  /** How far the forge's rules for the branch meet what promote needs of it. */
  branchRules(branch: string, use: BranchUse): Promise<readonly BranchRule[]>;
}

/** A commit that a branch pointed at, and who moved the branch there. */
export interface PushedHead {
  readonly commit: string;
  /** `undefined` where the forge does not show it. */
  readonly pusher: Person | undefined;
  /** `undefined` where the commit cannot be read any more. */
  readonly message: string | undefined;
  /** The commit's first parent. */
  readonly parent: string | undefined;
}

/** A person's answer to this CI run's request to use protected environments. */
export interface RunApproval {
  readonly reviewer: Person;
  readonly verdict: 'approved' | 'rejected' | 'pending';
  readonly environments: readonly string[];
  /** Absent where the forge shows no time. */
  readonly at?: Date | undefined;
}

/** A person who asked for the work of a CI run. */
export interface Asker {
  /** Absent where only a name is known. */
  readonly id?: string | undefined;
  readonly name: string;
}

/** A repository on its forge. */
export interface OpenedForge {
  readonly repository: Repository;
  readonly forge: Forge;
  /** Compares revisions of a repository on the same server; `undefined` unless `to` is seen after `from`. */
  compare(source: string, from: string, to: string): Promise<Comparison | undefined>;
  /** The release notes of a tag in a repository on the same server; `undefined` where none are seen. */
  releaseNotes(source: string, tag: string): Promise<ReleaseNotes | undefined>;
  /** Who approved that this CI run uses protected environments of this repository. */
  runApprovals(): Promise<readonly RunApproval[]>;
  /** The forge's record of deployments; absent: it keeps none. */
  readonly deployments?: Deployments | undefined;
  /** The repository's issues; absent: promote keeps none there. */
  readonly issues?: Issues | undefined;
  /** Who may see the repository and its site. */
  visibility(): Promise<Visibility>;
  /** The address of a commit's page. */
  commitUrl(commit: string): string;
  /** Whether a person may write to the repository. */
  mayWrite(person: Person): Promise<boolean>;
  /** What the token may do, as far as the forge shows. */
  tokenRights(use: TokenUse): Promise<readonly TokenRight[]>;
  /** How a CI environment is protected; `undefined` where it is not, or where that may not be read. */
  environmentProtection(name: string): Promise<EnvironmentProtection | undefined>;
  /** What this job annotated under a title in the first attempt of its CI run; absent: none are kept. */
  saidInFirstAttempt?(title: string): Promise<readonly string[]>;
  /** Who asked: by the forge's facts, by the CI's variables (`stated`), and whom the caller `named`. */
  runAskers(stated: readonly Asker[], named?: string): Promise<readonly Asker[]>;
  /** Closes its connections and removes its temporary files. */
  close(): Promise<void>;
}
