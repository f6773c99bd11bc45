import { type GitLabOptions, openGitLabRepository } from '../forges/gitlab.ts';
import type { Http } from '../http/http.ts';
import { gitlabLogin } from './forge-login.ts';
import type { ForgePlace } from './forge-place.ts';
import { gitSettings } from './git.ts';
import type { Io } from './io.ts';
import type { OpenedForge } from './opened-repository.ts';

/** Opens a project on GitLab; `undefined` where there is no login for it. */
export function openGitLab(
  io: Io,
  place: Extract<ForgePlace, { kind: 'gitlab' }>,
  settings: Pick<GitLabOptions, 'localBlob' | 'notice'> & { readonly http: Http },
): OpenedForge | undefined {
  const { env, signal } = io;
  const { server: url, project } = place;
  const login = gitlabLogin(env, place);
  if (login === undefined) return undefined;
  const gitlab = openGitLabRepository({ url, project, ...login, git: gitSettings(io), signal, ...settings });
  const { repository, pullRequests, openPullRequests, mergeBase, pushers, close } = gitlab;
  return {
    repository,
    forge: {
      pullRequests,
      openPullRequests,
      mergeBase,
      pushers,
      members: group => gitlab.groupMembers(group),
      branchRules: async branch => ({ forge: 'gitlab', ...(await gitlab.mergeRequirements(branch)) }),
    },
    compare: async (source, from, to) => {
      if (!source.startsWith(`${url}/`)) return undefined;
      const found = await gitlab.compareCommits(source.slice(url.length + 1), from, to);
      if (found === undefined) return undefined;
      const commits = found.subjects.toReversed().map(subject => ({ subject }));
      return { url: found.url, total: found.total, commits };
    },
    runApprovals: async () => {
      const { CI_ENVIRONMENT_NAME: environment, CI_JOB_ID: job } = env;
      if (!environment || !job) return [];
      const approvals = await gitlab.deploymentApprovals(environment, Number(job));
      return approvals.map(({ person, state, environments }) => ({
        reviewer: person,
        verdict: state,
        environments,
      }));
    },
    close,
  };
}
