import type { OpenedForge } from '../forge.ts';
import type { ForgeKind, ForgeSettings } from '../kind.ts';
import { branchRules } from './branch-rules.ts';
import { openGitLabRepository } from './open.ts';
import { type GitLabLogin, type GitLabPlace, gitlabLogin, locateGitLab } from './place.ts';

/** GitLab.com and other instances of GitLab. */
export const gitlab: ForgeKind<GitLabPlace, GitLabLogin> = {
  name: 'gitlab',
  hint: 'set PROMOTE_GITLAB_TOKEN to a project or group access token',
  locate: locateGitLab,
  login: gitlabLogin,
  open,
  own: ({ CI_PROJECT_URL }) => CI_PROJECT_URL || undefined,
};

function open(
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
    heads,
    viewer,
    groupMembers,
    close,
  } = opened;
  return {
    repository,
    forge: {
      pullRequests,
      openPullRequests,
      proposedMerge,
      mergeBase,
      mergedAt,
      heads,
      viewer,
      members: groupMembers,
      branchRules: async (branch, use) => branchRules(branch, use, await opened.mergeRequirements(branch)),
    },
    compare: async (source, from, to) => {
      if (!source.startsWith(`${server}/`)) return undefined;
      return await opened.compareCommits(source.slice(server.length + 1), from, to);
    },
    runApprovals: async () => {
      const { CI_ENVIRONMENT_NAME: environment, CI_JOB_ID: job } = env;
      return environment && job ? await opened.deploymentApprovals(environment, Number(job)) : [];
    },
    visibility: opened.visibility,
    commitUrl: commit => `${web}/-/commit/${commit}`,
    mayWrite: opened.mayWrite,
    environmentProtection: opened.environmentProtection,
    runAskers: async stated => (env.CI_JOB_TOKEN ? await opened.jobAskers(env.CI_JOB_TOKEN, stated) : stated),
    close,
  };
}
