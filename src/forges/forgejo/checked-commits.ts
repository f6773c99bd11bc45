import { z } from 'zod';
import type { CheckedCommit, CommitCheck } from '../commit-checks.ts';
import type { Forgejo } from './forgejo.ts';
import { createCommits } from './history.ts';

const MOST = 2000;

const STATUS = z.object({
  context: z.string(),
  status: z.string(),
  creator: z.object({ login: z.string() }).nullish(),
});

/**
 * A commit and its first-parent history, fifty commits a request. A further request for a commit reads its
 * statuses, which Actions' jobs set too. https://codeberg.org/api/swagger#/repository/repoListStatuses
 */
export async function* checkedCommits(forgejo: Forgejo, head: string): AsyncGenerator<CheckedCommit> {
  const commits = createCommits(forgejo);
  let next: string | undefined = head;
  while (next !== undefined) {
    const commit: string = next;
    yield {
      commit,
      checks: async kind => (kind === 'status' ? await readStatuses(forgejo, commit) : undefined),
    };
    next = (await commits(commit)).parents?.[0]?.sha;
  }
}

async function readStatuses(forgejo: Forgejo, commit: string): Promise<readonly CommitCheck[]> {
  const query = { sort: 'highestindex' };
  const ask = { doing: `read the statuses of ${commit}`, path: `statuses/${commit}`, query };
  const latest = new Map<string, CommitCheck>();
  for await (const { context, status, creator } of forgejo.items(ask, STATUS, MOST)) {
    if (latest.has(context)) continue;
    const state = STATES[status] ?? 'failed';
    latest.set(context, { kind: 'status', name: context, user: creator?.login, state, said: status });
  }
  return [...latest.values()];
}

/** A status with a warning is not a success. */
const STATES: Readonly<Record<string, CommitCheck['state']>> = {
  success: 'passed',
  pending: 'pending',
  skipped: 'none',
};
