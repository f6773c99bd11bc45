import type { OpenedForge } from '../forge.ts';
import type { ForgeKind, ForgeSettings } from '../kind.ts';
import { branchRules } from './branch-rules.ts';
import { openForgejoRepository } from './open.ts';
import { type ForgejoLogin, type ForgejoPlace, forgejoLogin, locateForgejo, ownInstance } from './place.ts';

/** Codeberg and other instances of Forgejo, gitea.com and other instances of Gitea. */
export const forgejo: ForgeKind<ForgejoPlace, ForgejoLogin> = {
  name: 'forgejo',
  hint: 'set PROMOTE_FORGEJO_TOKEN to an access token with the scopes write:repository, write:issue and read:user',
  locate: locateForgejo,
  login: forgejoLogin,
  open,
  own: env => {
    const server = ownInstance(env);
    return server && env.GITHUB_REPOSITORY ? `${server}/${env.GITHUB_REPOSITORY}` : undefined;
  },
};

function open(place: ForgejoPlace, login: ForgejoLogin, settings: ForgeSettings): OpenedForge {
  const { server, owner, repo, web } = place;
  const { http, git, localBlob, notice, signal } = settings;
  const opened = openForgejoRepository({
    url: server,
    owner,
    repo,
    ...login,
    http,
    git,
    localBlob,
    notice,
    signal,
  });
  const { repository, pullRequests, openPullRequests, proposedMerge, mergeBase, heads, viewer } = opened;
  return {
    repository,
    forge: {
      pullRequests,
      openPullRequests,
      proposedMerge,
      mergeBase,
      heads,
      viewer,
      members: opened.teamMembers,
      branchRules: async (branch, use) => branchRules(branch, use, await opened.protection(branch)),
    },
    commitUrl: commit => `${web}/commit/${commit}`,
    compare: async (source, from, to) => {
      if (!source.startsWith(`${server}/`)) return undefined;
      return await opened.compareCommits(source.slice(server.length + 1), from, to);
    },
    // Neither has environments that people let a job into.
    runApprovals: async () => [],
    environmentProtection: async () => undefined,
    visibility: opened.visibility,
    mayWrite: opened.mayWrite,
    runAskers: opened.runAskers,
    close: opened.close,
  };
}
