export { branchHead, git, gitText } from '../bare-git.ts';

/** What a person may do with the repository. */
export interface User {
  readonly id: number;
  readonly login: string;
  readonly permission: 'none' | 'read' | 'write' | 'admin';
  /** Whether what they do is left out of what others see. */
  readonly keepsActivityPrivate?: boolean;
}

/** A token; a job's acts as an account that no table of users has. */
export interface Token {
  readonly login: string;
  readonly kind: 'token' | 'job';
  readonly scopes: readonly string[];
}

/** A review, or a request for one. */
export interface Review {
  readonly id: number;
  readonly user: User;
  readonly state: 'APPROVED' | 'REQUEST_CHANGES' | 'COMMENT' | 'REQUEST_REVIEW';
  readonly commit: string;
  official: boolean;
  dismissed: boolean;
  readonly at: string;
}

/** What happened to a pull request. */
export interface Event {
  readonly type: string;
  readonly user: User;
  readonly body: string;
  readonly created_at: string;
}

/** A pull request as the server keeps it. */
export interface Pull {
  readonly number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  readonly author: User;
  readonly branch: string;
  readonly base: string;
  readonly fork?: boolean;
  /** Whether it was pushed to `refs/for/…`, which readers may do and which makes no branch. */
  readonly isAgit?: boolean;
  labels: readonly number[];
  assignees: readonly User[];
  teams: readonly string[];
  /** The branch's last commit, kept under `refs/pull/N/head` when it is gone. */
  head: string;
  readonly reviews: Review[];
  readonly events: Event[];
  readonly comments: string[];
  readonly createdAt: string;
  closedAt?: string;
  mergedAt?: string;
  mergeCommit?: string;
  isScheduled?: boolean;
}

/** A commit status; `index` counts those of one commit. */
export interface Status {
  readonly index: number;
  readonly sha: string;
  readonly context: string;
  readonly status: string;
  readonly description: string;
  readonly target_url: string;
  readonly created_at: string;
  readonly creator: { readonly id: number; readonly login: string };
}

/** A push, or a branch's deletion. */
export interface Activity {
  readonly by: User;
  readonly branch: string;
  readonly commit: string | undefined;
  readonly at: string;
}

/** A rule for branches, as the API shows it. */
export interface Rule {
  readonly rule_name: string;
  readonly enable_push: boolean;
  readonly enable_push_whitelist: boolean;
  readonly push_whitelist_usernames: readonly string[];
  readonly enable_merge_whitelist: boolean;
  readonly merge_whitelist_usernames: readonly string[];
  readonly enable_status_check: boolean;
  readonly status_check_contexts: readonly string[];
  readonly required_approvals: number;
  readonly enable_approvals_whitelist: boolean;
  readonly approvals_whitelist_username: readonly string[];
  readonly block_on_rejected_reviews: boolean;
  readonly block_on_outdated_branch: boolean;
  readonly dismiss_stale_approvals: boolean;
  readonly require_signed_commits: boolean;
  readonly apply_to_admins: boolean;
}

/** How the instance and its repository behave; a test may change it at any time. */
interface Settings {
  /** `MAX_RESPONSE_ITEMS` and `DEFAULT_GIT_TREES_PER_PAGE` of the instance. */
  page: number;
  treesPage: number;
  isPrivate: boolean;
  /** Forgejo's with the Gitea that it is compatible with. */
  version: string;
  /** The styles of merges that the repository allows. */
  styles: readonly string[];
  /** Times that a merge is told to come again, since conflicts are still being checked. */
  checking: number;
  /** Whether pushes are noted in timelines yet, which happens in the background. */
  follows: boolean;
}

/** One repository and those who work on it. */
export interface World {
  /** The directory of the bare repository. */
  readonly bare: string;
  readonly owner: string;
  readonly repo: string;
  readonly web: string;
  readonly users: readonly User[];
  readonly tokens: Map<string, Token>;
  /** The logins of an organization's teams. */
  readonly teams: Map<string, readonly string[]>;
  readonly labels: { readonly id: number; readonly name: string; readonly isShared: boolean }[];
  readonly pulls: Pull[];
  readonly statuses: Status[];
  /** Newest first. */
  readonly activity: Activity[];
  readonly rules: Rule[];
  readonly settings: Settings;
  /** The notes of its releases, by tag. */
  readonly releases: Map<string, string>;
  /** The time, a second later with each call: Forgejo keeps no parts of one. */
  now(): string;
}

/** A user by login. */
export function userNamed({ users }: World, login: string): User {
  const user = users.find(one => one.login.toLowerCase() === login.toLowerCase());
  if (user === undefined) throw new Error(`no user ${login}`);
  return user;
}

/** Whether the user may write. */
export function isWriter({ permission }: User): boolean {
  return permission === 'write' || permission === 'admin';
}

/** The rule that holds for a branch: plain names alone here. */
export function ruleFor({ rules }: World, branch: string): Rule | undefined {
  return rules.find(({ rule_name }) => rule_name.toLowerCase() === branch.toLowerCase());
}

/** `CanUserPush` of `models/git/protected_branch.go`. */
export function mayPush(world: World, user: User, branch: string): boolean {
  const rule = ruleFor(world, branch);
  if (rule === undefined || !isWriter(user)) return isWriter(user);
  return (
    rule.enable_push && (!rule.enable_push_whitelist || rule.push_whitelist_usernames.includes(user.login))
  );
}

/** `IsUserMergeWhitelisted` of the same file. */
export function mayMerge(world: World, user: User, branch: string): boolean {
  const rule = ruleFor(world, branch);
  return rule?.enable_merge_whitelist ? rule.merge_whitelist_usernames.includes(user.login) : isWriter(user);
}
