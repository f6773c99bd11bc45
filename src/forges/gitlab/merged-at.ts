import { z } from 'zod';
import type { GitLab } from './gitlab.ts';

const MERGE_REQUEST = z.object({
  state: z.string(),
  target_branch: z.string(),
  merged_at: z.string().nullish(),
});
const MOST = 1000;

/** When the merge of a merge request into the branch added the commit; the newest merge counts. */
export async function mergedAt(gitlab: GitLab, commit: string, branch: string): Promise<Date | undefined> {
  const ask = {
    doing: `find what merged ${commit}`,
    path: `repository/commits/${encodeURIComponent(commit)}/merge_requests`,
  };
  const times: number[] = [];
  for await (const { state, target_branch, merged_at } of gitlab.items(ask, MERGE_REQUEST, MOST)) {
    if (state === 'merged' && target_branch === branch && merged_at) times.push(Date.parse(merged_at));
  }
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}
