import type { OpenedForge } from '../forge.ts';
import type { ForgeSettings } from '../kind.ts';
import { branchRules } from './branch-rules.ts';
import { openForgejoRepository } from './open.ts';
import type { ForgejoLogin, ForgejoPlace } from './place.ts';
import { tokenRights } from './token-rights.ts';

/** Opens the repository at the place with the login. */
export function openForgejo(place: ForgejoPlace, login: ForgejoLogin, settings: ForgeSettings): OpenedForge {
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
  const { repository, pullRequests, openPullRequests, proposedMerge, mergeBase, mergedAt, heads, viewer } =
    opened;
  const { checkedCommits } = opened;
  return {
    repository,
    forge: {
      pullRequests,
      openPullRequests,
      proposedMerge,
      mergeBase,
      mergedAt,
      checkedCommits,
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
    releaseNotes: async (source, tag) => {
      if (!source.startsWith(`${server}/`)) return undefined;
      return await opened.releaseNotes(source.slice(server.length + 1), tag);
    },
    // Forgejo and Gitea have no environments for which people approve jobs.
    runApprovals: async () => [],
    environmentProtection: async () => undefined,
    visibility: opened.visibility,
    mayWrite: opened.mayWrite,
    tokenRights: async use => tokenRights(login.tokenKind, use),
    runAskers: async (stated, named) => {
      const isStated = stated.some(({ name }) => name === named);
      return await opened.runAskers(named === undefined || isStated ? stated : [...stated, { name: named }]);
    },
    close: opened.close,
  };
}
