import type { OpenedForge } from '../forge.ts';
import type { ForgeSettings } from '../kind.ts';
import { openGitHubRepository } from './open.ts';
import type { GitHubAuth } from './options.ts';
import type { GitHubPlace } from './place.ts';
import { statedIdentity } from './stated-identity.ts';

/** Opens the repository at the place with the login. */
export function openGitHub(place: GitHubPlace, auth: GitHubAuth, settings: ForgeSettings): OpenedForge {
  const { server, owner, repo, apiUrl, web } = place;
  const { env, http, localBlob, notice, log, signal } = settings;
  const rateLimits = env.PROMOTE_GITHUB_RATE_LIMITS === 'none' ? 'none' : 'github';
  const isOwn = web === `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}`;
  const defaultBranch = isOwn ? env.PROMOTE_GITHUB_DEFAULT_BRANCH : undefined;
  const repository = { owner, repo, apiUrl, defaultBranch };
  const opened = openGitHubRepository({
    ...repository,
    auth,
    identity: statedIdentity(env, notice),
    rateLimits,
    http,
    localBlob,
    notice,
    log,
    signal,
  });
  const { pullRequests, openPullRequests, proposedMerge, mergeBase, mergedAt, heads, viewer, teamMembers } =
    opened;
  const { checkedCommits } = opened;
  return {
    repository: opened.repository,
    forge: {
      pullRequests,
      approvalComments: opened.approvalComments,
      openPullRequests,
      proposedMerge,
      mergeBase,
      mergedAt,
      checkedCommits,
      heads,
      viewer,
      members: teamMembers,
      branchRules: async (branch, use) => {
        const guard = await opened.branchGuard({ branch, isPushedTo: use.commit === 'direct' });
        const { branchRules } = await import('./branch-rules.ts');
        return branchRules(branch, use, guard);
      },
    },
    compare: async (source, from, to) => {
      if (!source.startsWith(`${server}/`)) return undefined;
      return await opened.compareCommits(source.slice(server.length + 1), from, to);
    },
    releaseNotes: async (source, tag) => {
      if (!source.startsWith(`${server}/`)) return undefined;
      return await opened.releaseNotes(source.slice(server.length + 1), tag);
    },
    runApprovals: async () => (env.GITHUB_RUN_ID ? await opened.runApprovals(Number(env.GITHUB_RUN_ID)) : []),
    deployments: opened.deployments,
    issues: opened.issues,
    visibility: opened.visibility,
    commitUrl: commit => `${web}/commit/${commit}`,
    mayWrite: opened.mayWrite,
    tokenRights: opened.tokenRights,
    environmentProtection: opened.environmentProtection,
    saidInFirstAttempt: async title => {
      const { GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt, RUNNER_NAME: runner } = env;
      if (!run || !attempt || !runner) return [];
      return await opened.saidInFirstAttempt({ run: Number(run), attempt: Number(attempt), runner }, title);
    },
    runAskers: async (stated, named) =>
      env.GITHUB_RUN_ID ? await opened.runAskers(Number(env.GITHUB_RUN_ID), stated, named) : stated,
    close: async () => undefined,
  };
}
