import { z } from 'zod';
import type { Forgejo } from '../forgejo.ts';

/** A commit's status as Forgejo shows it. */
export type Status = z.infer<typeof STATUS>;

const MOST = 2000;

const STATUS = z.object({
  context: z.string(),
  status: z.string(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});

/**
 * The latest status of a commit under each context. Forgejo numbers the statuses of a commit, and lists them
 * all. https://codeberg.org/api/swagger#/repository/repoListStatuses
 */
export async function latestStatuses(forgejo: Forgejo, commit: string): Promise<ReadonlyMap<string, Status>> {
  const query = { sort: 'highestindex' };
  const ask = { doing: `read the statuses of ${commit}`, path: `statuses/${commit}`, query };
  const latest = new Map<string, Status>();
  for await (const status of forgejo.items(ask, STATUS, MOST)) {
    if (!latest.has(status.context)) latest.set(status.context, status);
  }
  return latest;
}
