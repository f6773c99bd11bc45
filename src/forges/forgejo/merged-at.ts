import { z } from 'zod';
import { isRefusal } from '../api/refusal.ts';
import type { Forgejo } from './forgejo.ts';

const PULL_REQUEST = z.object({
  merged: z.boolean(),
  closed_at: z.string().nullish(),
  base: z.object({ ref: z.string() }),
});

/**
 * When the merge of a pull request into the branch made the commit; Forgejo knows a merge only by its last
 * commit. If somebody marked the pull request as merged by hand, `merged_at` is that commit's time. The
 * closing has the server's time. https://codeberg.org/api/swagger#/repository/repoGetCommitPullRequest
 */
export async function mergedAt(forgejo: Forgejo, commit: string, branch: string): Promise<Date | undefined> {
  const ask = {
    doing: `find what merged ${commit}`,
    path: `commits/${encodeURIComponent(commit)}/pull`,
  };
  try {
    const { merged, closed_at: time, base } = await forgejo.ask(ask, PULL_REQUEST);
    return merged && time && base.ref === branch ? new Date(time) : undefined;
  } catch (error) {
    // No merge made the commit, or the instance is too old for this request.
    if (isRefusal(error, 404)) return undefined;
    throw error;
  }
}
