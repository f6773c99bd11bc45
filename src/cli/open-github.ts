import { type GitHubOptions, openGitHubRepository } from '../forges/github.ts';
import { githubLogin } from './forge-login.ts';
import type { ForgePlace } from './forge-place.ts';
import type { Io } from './io.ts';
import type { OpenedForge } from './opened-repository.ts';
import { proxySettings } from './proxy.ts';

/** Opens a repository on GitHub; `undefined` where there is no login for it. */
export function openGitHub(
  io: Io,
  place: Extract<ForgePlace, { kind: 'github' }>,
  settings: Pick<GitHubOptions, 'localBlob' | 'notice' | 'log'>,
): OpenedForge | undefined {
  const { env, signal } = io;
  const { server, owner, repo, apiUrl } = place;
  const auth = githubLogin(env, place);
  if (auth === undefined) return undefined;
  const rateLimits = env.PROMOTE_GITHUB_RATE_LIMITS === 'none' ? 'none' : 'github';
  const isOwn = `${server}/${owner}/${repo}` === `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}`;
  const defaultBranch = isOwn ? env.PROMOTE_GITHUB_DEFAULT_BRANCH : undefined;
  const repository = { owner, repo, apiUrl, defaultBranch };
  const proxy = proxySettings(io);
  const github = openGitHubRepository({ ...repository, auth, rateLimits, proxy, signal, ...settings });
  const { pullRequests, openPullRequests, mergeBase, pushers, close } = github;
  return {
    repository: github.repository,
    forge: {
      pullRequests,
      openPullRequests,
      mergeBase,
      pushers,
      branchRules: async branch => ({ forge: 'github', statuses: await github.requiredStatuses(branch) }),
      members: team => github.teamMembers(team),
    },
    compare: async (source, from, to) => {
      if (!source.startsWith(`${server}/`)) return undefined;
      return await github.compareCommits(source.slice(server.length + 1), from, to);
    },
    runApprovals: async () => (env.GITHUB_RUN_ID ? await github.runApprovals(Number(env.GITHUB_RUN_ID)) : []),
    close,
  };
}
