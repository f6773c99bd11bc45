import { regularFiles, withoutDirectories } from '../../git/objects.ts';
import type { Repository } from '../../git/repository.ts';
import type { GitTransport } from '../api/git-transport.ts';
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
import { createGitLabBlobs } from './blobs.ts';
import { type BranchHeads, createBranchHeads } from './branch-heads.ts';
import { checkedCommits } from './checked-commits.ts';
import { createCommits } from './commits.ts';
import { compareCommits } from './compare-commits.ts';
import { deploymentApprovals } from './deployment-approvals.ts';
import { createDeployments } from './deployments.ts';
import { environmentProtection } from './environment-protection.ts';
import { createGitLabTransport } from './git-transport.ts';
import { createGitLab, type GitLab } from './gitlab.ts';
import { groupMembers } from './group-members.ts';
import { createHeads, createViewer } from './heads.ts';
import { readHistory } from './history.ts';
import { createIssues } from './issues.ts';
import { accountOf, jobAskers, readJob } from './job-askers.ts';
import { createMembers } from './members.ts';
import { mergeBase } from './merge-base.ts';
import { type MergeRequirements, mergeRequirements } from './merge-requirements.ts';
import { mergedAt } from './merged-at.ts';
import type { GitLabOptions } from './options.ts';
import { createProject, type Project } from './project.ts';
import { createApprovalComments } from './pull-requests/comments.ts';
import { listOpenMergeRequests } from './pull-requests/list-open.ts';
import { createLooks } from './pull-requests/looks.ts';
import { lookAt } from './pull-requests/merge-request.ts';
import { proposedMerge } from './pull-requests/proposed-merge.ts';
import { createPullRequests } from './pull-requests.ts';
import { releaseNotes } from './release-notes.ts';
import { tokenRights } from './token-rights.ts';
import { createTrees, type Trees } from './trees.ts';
import { createVersions } from './versions.ts';
import { visibility } from './visibility.ts';

export type { GitLabOptions } from './options.ts';

/** A project on GitLab with what only GitLab can show. */
export interface GitLabForge {
  readonly repository: Repository;
  /** Merge requests. */
  readonly pullRequests: PullRequests;
  /** Comments by which people approve. */
  readonly approvalComments: ApprovalComments;
  /** The open merge requests into the base from branches whose names begin with the prefix. */
  openPullRequests(prefix: string, base: string): Promise<readonly PullRequest[]>;
  /** Anybody's open merge request, with its own changes. */
  proposedMerge(iid: number): Promise<ProposedMerge | undefined>;
  /** The merge base of two commits; `undefined` where there is none. */
  mergeBase(one: string, other: string): Promise<string | undefined>;
  /** When the merge of a merge request into the branch added the commit. */
  mergedAt(commit: string, branch: string): Promise<Date | undefined>;
  /** A commit and its first-parent history, with what was reported on each commit. */
  checkedCommits(head: string): AsyncIterable<CheckedCommit>;
  /** The commits that a merge request's branch pointed at, and who pushed each, by the project's events. */
  heads(mergeRequest: PullRequest): Promise<readonly PushedHead[]>;
  /** The account that the token acts as. */
  viewer(): Promise<Person>;
  /** The direct members of a group by its full path; a group that cannot be seen is an error. */
  groupMembers(group: string): Promise<readonly Person[]>;
  /** What people decided on the deployment that a CI job makes to a protected environment. */
  deploymentApprovals(environment: string, job: number): Promise<readonly RunApproval[]>;
  /** GitLab's own record of deployments. */
  readonly deployments: Deployments;
  /** The project's issues. */
  readonly issues: Issues;
  /** Who may see the project and its site. */
  visibility(): Promise<Visibility>;
  /** Whether a person may write. */
  mayWrite(person: Person): Promise<boolean>;
  /** What the token may do. */
  tokenRights(use: TokenUse): Promise<readonly TokenRight[]>;
  /** How an environment is protected. */
  environmentProtection(name: string): Promise<EnvironmentProtection | undefined>;
  /** Who asked by starting the token's job, and whom the caller names; `stated`: by the job's variables. */
  jobAskers(jobToken: string, stated: readonly Asker[], named?: string): Promise<readonly Asker[]>;
  /** The number of the token's job. */
  jobNumber(jobToken: string): Promise<number>;
  /** What a merge into the branch requires. */
  mergeRequirements(branch: string): Promise<MergeRequirements>;
  /** The commits between two revisions of a project of the instance; `undefined` if it cannot be seen. */
  compareCommits(project: string, base: string, head: string): Promise<Comparison | undefined>;
  /** The release notes of a tag in a project of the instance; `undefined` where none can be seen. */
  releaseNotes(project: string, tag: string): Promise<ReleaseNotes | undefined>;
  /** Removes temporary files; the owner of the HTTP client closes that. */
  close(): Promise<void>;
}

/**
 * Opens a project on GitLab. It is read over the API without a clone, and commits go over Git. CI_JOB_TOKEN
 * may not read the API's repository part, so with it everything except merge requests goes over Git. No
 * request is sent before the first call.
 */
export function openGitLabRepository(options: GitLabOptions): GitLabForge {
  const gitlab = createGitLab(options);
  const commits = createCommits(gitlab);
  const project = createProject(gitlab, commits);
  const git = createGitLabTransport(options);
  const isJob = options.tokenKind === 'job';
  const trees = createTrees(gitlab, options.git.executable === undefined ? undefined : git);
  const repository = isJob ? overGit(gitlab, git) : overApi(options, { gitlab, project, git, trees });
  const { head } = repository;
  const versions = createVersions(gitlab);
  const members = createMembers(gitlab);
  const branchHeads: BranchHeads = isJob ? async () => new Map() : createBranchHeads(gitlab, commits);
  const looks = createLooks(gitlab, iid => lookAt(gitlab, iid));
  const { expect: expectTrees } = trees;
  let job: ReturnType<typeof readJob> | undefined;
  const jobOf = async (token: string) => {
    job ??= readJob(createGitLab({ ...options, token, tokenKind: 'job' }));
    return await job;
  };
  const mergeRequests = { gitlab, project, members, versions, head, looks, branchHeads, expectTrees };
  return {
    repository,
    pullRequests: createPullRequests(mergeRequests),
    approvalComments: createApprovalComments(mergeRequests),
    openPullRequests: (prefix, base) => listOpenMergeRequests(mergeRequests, prefix, base),
    proposedMerge: iid => proposedMerge(gitlab, iid),
    mergeBase: (one, other) => mergeBase(gitlab, one, other),
    mergedAt: (commit, branch) => mergedAt(gitlab, commit, branch),
    checkedCommits: commit => checkedCommits(gitlab, commit),
    heads: createHeads(gitlab, versions, commits),
    viewer: createViewer(gitlab, looks.viewer),
    groupMembers: group => groupMembers(gitlab, group),
    deploymentApprovals: (environment, job) => deploymentApprovals(gitlab, environment, job),
    deployments: createDeployments(gitlab),
    issues: createIssues(gitlab, project),
    visibility: () => visibility(gitlab, project),
    mayWrite: async ({ id }) => (await members.writers([id])).has(id),
    tokenRights: use => tokenRights(gitlab, options.tokenKind, use),
    environmentProtection: name => environmentProtection(gitlab, project, name),
    jobAskers: async (token, stated, named) => {
      const askers = await jobAskers(gitlab, await jobOf(token), stated.length > 0);
      return named === undefined ? askers : [...askers, await accountOf(gitlab, askers, named)];
    },
    jobNumber: async token => (await jobOf(token)).id,
    mergeRequirements: branch => mergeRequirements(gitlab, project, branch),
    compareCommits: (path, base, head) => compareCommits(gitlab, path, base, head),
    releaseNotes: (path, tag) => releaseNotes(gitlab, path, tag),
    close: git.close,
  };
}

interface Parts {
  readonly gitlab: GitLab;
  readonly project: Project;
  readonly git: GitTransport;
  readonly trees: Trees;
}

function overApi({ localBlob }: GitLabOptions, { gitlab, project, git, trees }: Parts): Repository {
  return {
    name: gitlab.name,
    head: project.head,
    list: async commit => regularFiles(await trees.read(commit)),
    tree: async commit => withoutDirectories(await trees.read(commit)),
    read: createGitLabBlobs(gitlab, trees, localBlob),
    history: (...asked) => readHistory(gitlab, trees, ...asked),
    assertIdentity: git.assertIdentity,
    commit: git.commit,
  };
}

function overGit({ name }: GitLab, git: GitTransport): Repository {
  return {
    name,
    head: async branch => await (await git.repository()).head(branch),
    list: async commit => await (await git.repository()).list(commit),
    tree: async commit => await (await git.repository()).tree(commit),
    read: async (...asked) => await (await git.repository()).read(...asked),
    async *history(...asked) {
      yield* (await git.repository()).history(...asked);
    },
    assertIdentity: git.assertIdentity,
    commit: git.commit,
  };
}
