import { regularFiles, withoutDirectories } from '../../git/objects.ts';
import type { Repository } from '../../git/repository.ts';
import type { CheckedCommit } from '../commit-checks.ts';
import type { Deployments } from '../deployments.ts';
import type { EnvironmentProtection } from '../environment-protection.ts';
import type {
  ApprovalComments,
  Asker,
  Person,
  ProposedMerge,
  PullRequest,
  PullRequests,
  PushedHead,
  RunApproval,
} from '../forge.ts';
import type { Issues } from '../issues.ts';
import type { Comparison, ReleaseNotes } from '../source-changes.ts';
import type { TokenRight, TokenUse } from '../token-right.ts';
import type { Visibility } from '../visibility.ts';
import { createGitHubBlobs } from './blobs.ts';
import type { BranchGuard } from './branch-guard.ts';
import { createBranches } from './branches.ts';
import { commit } from './commit.ts';
import { compareCommits } from './compare-commits.ts';
import { createDeployments } from './deployments.ts';
import { environmentProtection } from './environment-protection.ts';
import { type RunningJob, saidInFirstAttempt } from './first-attempt.ts';
import { createGitHub } from './github.ts';
import { createHeads } from './heads.ts';
import { createHistory } from './history.ts';
import { createIssues } from './issues.ts';
import { mergeBase } from './merge-base.ts';
import { mergedAt } from './merged-at.ts';
import { GITHUB_API, type GitHubOptions } from './options.ts';
import { createLatestStatuses } from './pull-requests/latest-statuses.ts';
import { listOpenPullRequests } from './pull-requests/list-open.ts';
import { proposedMerge } from './pull-requests/proposed-merge.ts';
import { mayWrite } from './pull-requests/reviews.ts';
import { createPullRequests } from './pull-requests.ts';
import { releaseNotes } from './release-notes.ts';
import { runApprovals } from './run-approvals.ts';
import { runAskers } from './run-askers.ts';
import { teamMembers } from './team-members.ts';
import { tokenRights } from './token-rights.ts';
import { createTrees } from './trees.ts';
import { visibility } from './visibility.ts';
import { namedBy } from './write-commit.ts';

export type { GitHubOptions } from './options.ts';

/** A repository on GitHub with what only GitHub can show. */
export interface GitHubForge {
  readonly repository: Repository;
  readonly pullRequests: PullRequests;
  /** Comments by which people approve. */
  readonly approvalComments: ApprovalComments;
  /** The open pull requests into the base from branches whose names begin with the prefix. */
  openPullRequests(prefix: string, base: string): Promise<readonly PullRequest[]>;
  /** Anybody's open pull request, with GitHub's test merge. */
  proposedMerge(number: number): Promise<ProposedMerge | undefined>;
  /** The members of a team written as `organization/team`; a team that cannot be seen is an error. */
  teamMembers(team: string): Promise<readonly Person[]>;
  /** What people decided on the protected environments of a workflow run, in GitHub's order. */
  runApprovals(run: number): Promise<readonly RunApproval[]>;
  /** GitHub's own record of deployments. */
  readonly deployments: Deployments;
  /** The repository's issues. */
  readonly issues: Issues;
  /** Who may see the repository, and its site. */
  visibility(): Promise<Visibility>;
  /** Whether a person may write. */
  mayWrite(person: Person): Promise<boolean>;
  /** What the token may do. */
  tokenRights(use: TokenUse): Promise<readonly TokenRight[]>;
  /** How an environment of Actions is protected. */
  environmentProtection(name: string): Promise<EnvironmentProtection | undefined>;
  /** Who asked for a workflow run, with the ids of whoever ran it again and of whom the caller names. */
  runAskers(run: number, stated: readonly Asker[], named?: string): Promise<readonly Asker[]>;
  /** What a job annotated in the first attempt of its run. */
  saidInFirstAttempt(job: RunningJob, title: string): Promise<readonly string[]>;
  /** What guards a branch, by its protection and rulesets; `isPushedTo`: whether promote commits to it. */
  branchGuard(asked: { readonly branch: string; readonly isPushedTo: boolean }): Promise<BranchGuard>;
  /** The commits between two revisions of any repository; `undefined` if it cannot be seen. */
  compareCommits(repository: string, base: string, head: string): Promise<Comparison | undefined>;
  /** The release notes of a tag in any repository there; `undefined` where none can be seen. */
  releaseNotes(repository: string, tag: string): Promise<ReleaseNotes | undefined>;
  /** The merge base of two commits; `undefined` where there is none. */
  mergeBase(one: string, other: string): Promise<string | undefined>;
  /** When the merge of a pull request into the branch added the commit. */
  mergedAt(commit: string, branch: string): Promise<Date | undefined>;
  /** A commit and its first-parent history, with what was reported on each commit. */
  checkedCommits(head: string): AsyncIterable<CheckedCommit>;
  /** The commits that a pull request's branch pointed at while it was open, by the repository's activity. */
  heads(pullRequest: PullRequest): Promise<readonly PushedHead[]>;
  /** The account that the token acts as. */
  viewer(): Promise<Person>;
}

/** Opens a repository on GitHub over its API, without a clone or a request before the first call. */
export function openGitHubRepository(options: GitHubOptions): GitHubForge {
  const client = lazily(async () => {
    const { openClient } = await import('./client.ts');
    return await openClient(options);
  });
  const github = createGitHub(options, webUrl(options), client);
  const trees = createTrees(github);
  const statuses = createLatestStatuses(github);
  const branches = createBranches(github, options.defaultBranch);
  const parts = { github, trees, branches, identity: options.identity, roots: new Map() };
  // Loaded only when needed: few people approve by comments.
  const comments = lazily(async () => (await import('./pull-requests/comments.ts')).openComments(github));
  return {
    repository: {
      name: github.name,
      head: branches.head,
      list: async object => regularFiles(await trees.read(object)),
      tree: async object => withoutDirectories(await trees.read(object)),
      read: createGitHubBlobs(github, trees, options.localBlob),
      history: createHistory(github, trees),
      assertIdentity: as => {
        namedBy(options.identity, as);
      },
      commit: request => commit(parts, request),
    },
    pullRequests: createPullRequests(github, statuses),
    approvalComments: {
      command: '/promote approve',
      read: async pullRequest => await (await comments()).read(pullRequest),
      writers: async people => await (await comments()).writers(people),
    },
    openPullRequests: async (prefix, base) => {
      const open = await listOpenPullRequests(github, prefix, base);
      statuses.expect(open.map(({ head }) => head));
      return open;
    },
    proposedMerge: number => proposedMerge(github, number),
    teamMembers: team => teamMembers(github, team),
    runApprovals: run => runApprovals(github, run),
    deployments: createDeployments(github),
    issues: createIssues(github),
    visibility: () => visibility(github),
    mayWrite: person => mayWrite(github, person),
    tokenRights: use => tokenRights(github, options.auth, use),
    environmentProtection: name => environmentProtection(github, name),
    runAskers: (...asked) => runAskers(github, ...asked),
    saidInFirstAttempt: (job, title) => saidInFirstAttempt(github, job, title),
    branchGuard: async asked => {
      // Loaded only for checks of the environments file.
      const { branchGuard } = await import('./branch-guard.ts');
      return await branchGuard(github, options.auth, asked);
    },
    compareCommits: (repository, base, head) => compareCommits(github, repository, base, head),
    releaseNotes: (path, tag) => releaseNotes(github, path, tag),
    mergeBase: (one, other) => mergeBase(github, one, other),
    mergedAt: (object, branch) => mergedAt(github, object, branch),
    checkedCommits: async function* (head) {
      // Loaded only where a gate asks for checks.
      const { checkedCommits } = await import('./checked-commits.ts');
      yield* checkedCommits(github, head);
    },
    heads: createHeads(github),
    viewer: github.viewer,
  };
}

/** Makes a value when it is first needed, and again if that failed. */
function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => {
    made ??= make();
    try {
      return await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
  };
}

function webUrl({ apiUrl = GITHUB_API, owner, repo }: GitHubOptions): string {
  const { protocol, host } = new URL(apiUrl);
  return `${protocol}//${host.replace(/^api\./, '')}/${owner}/${repo}`;
}
