import { regularFiles, withoutDirectories } from '../../git/objects.ts';
import type { Repository } from '../../git/repository.ts';
import type { CheckedCommit } from '../commit-checks.ts';
import type { Asker, Person, ProposedMerge, PullRequest, PullRequests, PushedHead } from '../forge.ts';
import type { Comparison, ReleaseNotes } from '../source-changes.ts';
import type { Visibility } from '../visibility.ts';
import { jobAskers } from './askers.ts';
import { createForgejoBlobs } from './blobs.ts';
import { checkedCommits } from './checked-commits.ts';
import { compareCommits } from './compare-commits.ts';
import { createForgejo } from './forgejo.ts';
import { createForgejoTransport } from './git-transport.ts';
import { createHeads, createViewer } from './heads.ts';
import { readHistory } from './history.ts';
import { mergeBase } from './merge-base.ts';
import { mergedAt } from './merged-at.ts';
import type { ForgejoOptions } from './options.ts';
import { createPermissions } from './permissions.ts';
import { type Protection, readProtection } from './protection.ts';
import { listOpenPullRequests } from './pull-requests/list-open.ts';
import { proposedMerge } from './pull-requests/proposed-merge.ts';
import { createPullRequests } from './pull-requests.ts';
import { releaseNotes } from './release-notes.ts';
import { createHostedRepository } from './repository.ts';
import { teamMembers } from './team-members.ts';
import { createTrees } from './trees.ts';
import { visibility } from './visibility.ts';

export type { ForgejoOptions } from './options.ts';

/** A repository on Forgejo or Gitea with what only the forge can show. */
export interface ForgejoForge {
  readonly repository: Repository;
  readonly pullRequests: PullRequests;
  /** The open pull requests into the base from branches whose names begin with the prefix. */
  openPullRequests(prefix: string, base: string): Promise<readonly PullRequest[]>;
  /** Anybody's open pull request, with its own changes. */
  proposedMerge(number: number): Promise<ProposedMerge | undefined>;
  /** The merge base of two commits; `undefined` where there is none. */
  mergeBase(one: string, other: string): Promise<string | undefined>;
  /** When a pull request into the branch made the commit by its merge. */
  mergedAt(commit: string, branch: string): Promise<Date | undefined>;
  /** A commit and its first-parent history, with what was reported on each commit. */
  checkedCommits(head: string): AsyncIterable<CheckedCommit>;
  /** The commits that a pull request's branch pointed at, and who pushed each. */
  heads(pullRequest: PullRequest): Promise<readonly PushedHead[]>;
  /** The account that the token acts as. */
  viewer(): Promise<Person>;
  /** The members of `organization/team`; a team that cannot be seen is an error. */
  teamMembers(team: string): Promise<readonly Person[]>;
  /** Whether a person may write; throws `FORBIDDEN` where the token's owner may not ask. */
  mayWrite(person: Person): Promise<boolean>;
  /** Who asked by starting this job, with their ids. */
  runAskers(stated: readonly Asker[]): Promise<readonly Asker[]>;
  /** Who may see the repository. */
  visibility(): Promise<Visibility>;
  /** How a branch is protected. */
  protection(branch: string): Promise<Protection>;
  /** The commits between two revisions of a repository of the instance; `undefined` if it cannot be seen. */
  compareCommits(path: string, base: string, head: string): Promise<Comparison | undefined>;
  /** The release notes of a tag in a repository of the instance; `undefined` where none can be seen. */
  releaseNotes(path: string, tag: string): Promise<ReleaseNotes | undefined>;
  /** Removes temporary files; the owner of the HTTP client closes that. */
  close(): Promise<void>;
}

/**
 * Opens a repository on Forgejo or Gitea. It is read over the API without a clone, and commits go over Git.
 * No request is sent before the first call.
 */
export function openForgejoRepository(options: ForgejoOptions): ForgejoForge {
  const forgejo = createForgejo(options);
  const hosted = createHostedRepository(forgejo);
  const git = createForgejoTransport(options);
  const trees = createTrees(forgejo);
  const permissions = createPermissions(forgejo);
  const parts = { forgejo, hosted, permissions };
  return {
    repository: {
      name: forgejo.name,
      head: hosted.head,
      list: async commit => regularFiles(await trees.read(commit)),
      tree: async commit => withoutDirectories(await trees.read(commit)),
      read: createForgejoBlobs(forgejo, trees, options.localBlob),
      history: (...asked) => readHistory(forgejo, trees, ...asked),
      assertIdentity: git.assertIdentity,
      commit: git.commit,
    },
    pullRequests: createPullRequests(parts),
    openPullRequests: (prefix, base) => listOpenPullRequests(forgejo, prefix, base),
    proposedMerge: number => proposedMerge(forgejo, number),
    mergeBase: (one, other) => mergeBase(forgejo, one, other),
    mergedAt: (commit, branch) => mergedAt(forgejo, commit, branch),
    checkedCommits: commit => checkedCommits(forgejo, commit),
    heads: createHeads(forgejo),
    viewer: createViewer(forgejo),
    teamMembers: team => teamMembers(forgejo, team),
    mayWrite: permissions.mayWrite,
    runAskers: stated => jobAskers(forgejo, stated),
    visibility: () => visibility(forgejo, hosted),
    protection: branch => readProtection(forgejo, hosted, branch),
    compareCommits: (path, base, head) =>
      compareCommits(forgejo, { server: options.url.replace(/\/$/, ''), path }, base, head),
    releaseNotes: (path, tag) => releaseNotes(forgejo, path, tag),
    close: git.close,
  };
}
