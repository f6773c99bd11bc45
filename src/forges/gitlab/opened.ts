import type { OpenedForge } from '../forge.ts';
import type { ForgeSettings } from '../kind.ts';
import { branchRules } from './branch-rules.ts';
import { unproven } from './job-askers.ts';
import { openGitLabRepository } from './open.ts';
import type { GitLabLogin, GitLabPlace } from './place.ts';

/** Opens the repository at the place with the login. */
export function openGitLab(
  { server, project, web }: GitLabPlace,
  login: GitLabLogin,
  settings: ForgeSettings,
): OpenedForge {
  const { env, http, git, localBlob, notice, signal } = settings;
  const opened = openGitLabRepository({
    url: server,
    project,
    ...login,
    http,
    git,
    localBlob,
    notice,
    signal,
  });
  const {
    repository,
    pullRequests,
    openPullRequests,
    proposedMerge,
    mergeBase,
    mergedAt,
    checkedCommits,
    heads,
    viewer,
    groupMembers,
    close,
  } = opened;
  return {
    repository,
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
      members: groupMembers,
      branchRules: async (branch, use) => branchRules(branch, use, await opened.mergeRequirements(branch)),
    },
    compare: async (source, from, to) => {
      if (!source.startsWith(`${server}/`)) return undefined;
      return await opened.compareCommits(source.slice(server.length + 1), from, to);
    },
    releaseNotes: async (source, tag) => {
      if (!source.startsWith(`${server}/`)) return undefined;
      return await opened.releaseNotes(source.slice(server.length + 1), tag);
    },
    runApprovals: async () => {
      const { CI_ENVIRONMENT_NAME: environment, CI_JOB_ID: stated, CI_JOB_TOKEN: token } = env;
      if (!environment || !stated) return [];
      // Whoever starts a pipeline may name another job, which somebody let in before.
      const job = token ? await opened.jobNumber(token) : Number(stated);
      return await opened.deploymentApprovals(environment, job);
    },
    deployments: opened.deployments,
    issues: opened.issues,
    visibility: opened.visibility,
    commitUrl: commit => `${web}/-/commit/${commit}`,
    mayWrite: opened.mayWrite,
    tokenRights: opened.tokenRights,
    environmentProtection: opened.environmentProtection,
    runAskers: async (stated, named) => {
      const { CI_JOB_TOKEN: token } = env;
      if (token === '') throw unproven('the variable CI_JOB_TOKEN is empty');
      return token === undefined ? stated : await opened.jobAskers(token, stated, named);
    },
    close,
  };
}
