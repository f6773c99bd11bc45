import type { Origin } from './objects.ts';

/** The origin of a repository without a remote, where nothing is fetched. */
export const noOrigin: Origin = {
  fetchCommit: async () => {},
  fetchCommits: async () => {},
  fetchBlobs: async () => {},
  fetchHistory: async () => {},
};
