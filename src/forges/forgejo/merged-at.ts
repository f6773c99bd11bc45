import { z } from 'zod';
import { isRefusal } from '../api/refusal.ts';
import type { Forgejo } from './forgejo.ts';

const PULL_REQUEST = z.object({
  merged: z.boolean(),
  closed_at: z.string().nullish(),
  base: z.object({ ref: z.string() }),
});

/**
 * When a pull request into the branch made the commit by its merge; Forgejo knows a merge by the one commit that ended
 * it. `merged_at` is whatever time a commit names, where somebody marks its pull request as merged by hand: the closing
 * has the server's own. https://codeberg.org/api/swagger#/repository/repoGetCommitPullRequest
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
    // No merge made it, or the instance is older than the question.
    if (isRefusal(error, 404)) return undefined;
    throw error;
  }
}
