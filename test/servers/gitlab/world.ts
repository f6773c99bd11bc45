import type { Issue } from './issues.ts';

export { branchHead, git, gitText } from '../bare-git.ts';

/** What a person may do, and what tokens are theirs. */
export interface User {
  readonly id: number;
  username: string;
  /** 10 Guest, 20 Reporter, 30 Developer, 40 Maintainer; 0 is no member. */
  readonly access_level: number;
  /** The account's own state, and that of its memberships: lib/api/entities/user_safe.rb, ee/lib/ee/api/entities/member.rb. */
  state?: 'active' | 'blocked' | 'banned' | 'deactivated';
  membership_state?: 'active' | 'awaiting';
}

/** A token, by the kind of header it is given in. */
export interface Token {
  readonly username: string;
  readonly kind: 'private' | 'job' | 'oauth';
  readonly scopes: readonly string[];
  /** A day, such as `2026-12-31`. */
  readonly expires_at?: string;
}

/** A state of a merge request's branch. */
interface Version {
  readonly id: number;
  readonly head_commit_sha: string;
  readonly created_at: string;
}

/** A merge request as the server keeps it. */
export interface MergeRequest {
  readonly iid: number;
  title: string;
  description: string;
  state: 'opened' | 'closed' | 'merged';
  readonly author: User;
  readonly source_branch: string;
  readonly target_branch: string;
  readonly source_project_id: number;
  labels: readonly string[];
  assignees: readonly User[];
  reviewers: readonly User[];
  /** Newest first. */
  versions: readonly Version[];
  readonly approvals: Map<number, string>;
  /** Ids of who requests changes. */
  readonly against: Set<number>;
  readonly notes: Note[];
  /** Quick actions that were carried out. */
  readonly actions: string[];
  /** What GitLab itself wrote down. */
  readonly systemNotes: { readonly author: User; readonly body: string; readonly created_at: string }[];
  mergeError?: string;
  mergeCommit?: string;
  mergedAt?: string;
  closedAt?: string;
  closedBy?: User;
  isAutoMerge?: boolean;
}

/** A comment; of a thread where it has a type. */
export interface Note {
  readonly id: number;
  type: 'DiscussionNote' | null;
  readonly author: User;
  body: string;
  readonly created_at: string;
  updated_at: string;
  readonly imported: boolean;
}

/** A pipeline with jobs of its own; `sourceSha`: the head whose merged result it runs on. */
export interface Pipeline {
  readonly id: number;
  readonly source: string;
  readonly sha: string;
  readonly ref: string;
  readonly sourceSha: string | undefined;
  readonly jobs: readonly { readonly name: string; readonly status: string }[];
  /** As `workflow: name` gives it. */
  readonly name?: string;
  /** What the API started it with, and who: only they and Maintainers may read it. */
  readonly variables?: readonly { readonly key: string; readonly value: string }[];
  readonly startedBy?: string;
  readonly status?: string;
  readonly created_at?: string;
}

/** A job, as who holds its token is told: `user` is who started it, plays and retries included. */
interface Job {
  readonly id: number;
  readonly token: string;
  readonly username: string;
  readonly pipeline: { readonly id: number; readonly source: string; readonly username: string };
}

/** A commit status. */
export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly name: string;
  readonly pipeline_id: number;
  readonly author: User;
  status: string;
  description: string | null;
  target_url: string | null;
}

/** How the project behaves; a test may change it at any time. */
interface Settings {
  /** The path that the project had before it was renamed or transferred. */
  movedFrom?: string;
  tier: 'free' | 'premium';
  mergeTrains: boolean;
  /** Who may merge and push to `main`. */
  protectedLevel: number;
  pipelineMustSucceed: boolean;
  /** What keeps every merge request from being merged, as `detailed_merge_status` has it. */
  mergeStatus: string | undefined;
  /** What runs for a merge request's head; `undefined`: nothing. */
  pipelines: 'branch' | 'merge-request' | 'merged-results' | undefined;
  /** How the jobs of such pipelines end. */
  jobStatus: 'success' | 'running' | 'failed';
  squashOption: 'default_off' | 'default_on' | 'always' | 'never';
  /** Whether a merge request says what that option makes of it: https://docs.gitlab.com/api/merge_requests/ */
  showsSquashOnMerge: boolean;
  /** What a hook of the server says to every merge. */
  mergeHook?: string | undefined;
  /** `rebase_merge` is semi-linear. */
  mergeMethod: 'merge' | 'rebase_merge' | 'ff';
  /** What a push rule of the project says to every push; absent: nothing. */
  pushRule?: string | undefined;
  version: string;
  /** Who may set variables of a pipeline. https://docs.gitlab.com/ci/variables/#restrict-pipeline-variables */
  variablesLevel: number;
  /** What GitLab says of who may see the project; absent where it hides that. */
  visibility?: 'private' | 'internal' | 'public' | undefined;
  /** The level of its issues, and whether labels of who opens one are left out. */
  issues: 'disabled' | 'private' | 'enabled';
  dropsLabels: boolean;
  /** The level of the project's site. */
  site: 'disabled' | 'private' | 'enabled' | 'public';
  /** Who may fork the project. */
  forks: 'enabled' | 'disabled';
  /** Whether whoever started a pipeline may approve its deployment. */
  selfApproval: boolean;
  /** Whether approvals have a time, as from 18.4. */
  hasApprovedAt: boolean;
  /** Whether merge requests follow their branches; GitLab does so only after a while. */
  follows: boolean;
}

/** One project and those who work on it. */
export interface World {
  /** The directory of the bare repository. */
  readonly bare: string;
  /** The full path. */
  readonly path: string;
  readonly web: string;
  readonly id: number;
  readonly users: readonly User[];
  readonly tokens: Map<string, Token>;
  readonly groups: Map<string, readonly string[]>;
  readonly mergeRequests: MergeRequest[];
  readonly statuses: Status[];
  readonly pipelines: Pipeline[];
  readonly deployments: Deployment[];
  readonly issues: Issue[];
  readonly environments: { readonly id: number; readonly name: string; external_url: string | null }[];
  readonly jobs: Job[];
  /** Protected environments by name, as GitLab Premium shows them. */
  readonly protectedEnvironments: Map<string, object>;
  /** Pushes, newest first. */
  readonly events: {
    readonly author: User;
    readonly branch: string;
    readonly before: string | undefined;
    readonly commit: string | undefined;
    readonly at: string;
  }[];
  readonly settings: Settings;
  /** The notes of its releases, by tag. */
  readonly releases: Map<string, string>;
  /** The time, later with each call. */
  now(): string;
}

/** A deployment to an environment by a job. */
interface Deployment {
  readonly id: number;
  readonly environment: string;
  /** Absent: no job made it. */
  readonly job?: number;
  readonly sha?: string;
  readonly status?: string;
  readonly approvals: readonly { readonly username: string; readonly status: string }[];
}

/** A user by name. */
export function userNamed(world: World, username: string): User {
  const user = world.users.find(one => one.username === username);
  if (user === undefined) throw new Error(`no user ${username}`);
  return user;
}
