import type { Origin } from './objects.ts';

/** For a repository without a remote: nothing is missing. */
export const noOrigin: Origin = {
  fetchCommit: async () => {},
  fetchCommits: async () => {},
  fetchBlobs: async () => {},
  fetchHistory: async () => {},
};
