import { z } from 'zod';
import type { PullRequest } from '../forge.ts';
import type { GitLab } from './gitlab.ts';

const MOST = 1000;

const VERSION = z.object({ head_commit_sha: z.string(), created_at: z.string() });

/** A push to a merge request's branch. */
export interface Version {
  readonly head: string;
  readonly madeAt: number;
}

/** Reads a merge request's versions, oldest first. */
export type Versions = (mergeRequest: Pick<PullRequest, 'number' | 'head'>) => Promise<readonly Version[]>;

/**
 * Each push to the branch makes a version; versions are read once for each head.
 * https://docs.gitlab.com/api/merge_requests/#get-merge-request-diff-versions
 */
export function createVersions(gitlab: GitLab): Versions {
  const asked = new Map<string, Promise<readonly Version[]>>();
  return async ({ number, head }) => {
    const key = `${number} ${head}`;
    const versions = asked.get(key) ?? readVersions(gitlab, number);
    asked.set(key, versions);
    return await versions;
  };
}

async function readVersions(gitlab: GitLab, number: number): Promise<readonly Version[]> {
  const ask = { doing: `read the versions of !${number}`, path: `merge_requests/${number}/versions` };
  const versions = await Array.fromAsync(gitlab.items(ask, VERSION, MOST));
  return versions
    .map(({ head_commit_sha, created_at }) => ({ head: head_commit_sha, madeAt: Date.parse(created_at) }))
    .toSorted((a, b) => a.madeAt - b.madeAt);
}
