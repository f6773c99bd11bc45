import { z } from 'zod';
import type { CheckedCommit, CheckKind, CommitCheck } from '../commit-checks.ts';
import type { GitLab } from './gitlab.ts';

const MOST_COMMITS = 100_000;
const MOST = 1000;

const COMMIT = z.object({ id: z.string() });

const STATUS = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  ref: z.string().nullish(),
  author: z.object({ username: z.string() }).nullish(),
});

const PIPELINE = z.object({
  id: z.number(),
  status: z.string(),
  source: z.string(),
  ref: z.string().nullish(),
  name: z.string().nullish(),
});

/**
 * A commit and its first-parent history, a hundred commits a request. A further one for a commit reads its
 * jobs and commit statuses, which are one list, or its pipelines. Those of merge requests are left out: they
 * ran before the merge. https://docs.gitlab.com/api/commits/#list-all-statuses-of-a-commit
 */
export async function* checkedCommits(gitlab: GitLab, head: string): AsyncGenerator<CheckedCommit> {
  const query = { ref_name: head, first_parent: true };
  const ask = { doing: `read the history of ${head}`, path: 'repository/commits', query };
  for await (const { id } of gitlab.items(ask, COMMIT, MOST_COMMITS)) {
    yield { commit: id, checks: async kind => await READERS[kind](gitlab, id) };
  }
}

const READERS: Readonly<
  Record<CheckKind, (gitlab: GitLab, commit: string) => Promise<readonly CommitCheck[]>>
> = { status: readStatuses, pipeline: readPipelines };

async function readStatuses(gitlab: GitLab, commit: string): Promise<readonly CommitCheck[]> {
  const ask = { doing: `read the statuses of ${commit}`, path: `repository/commits/${commit}/statuses` };
  const listed = await Array.fromAsync(gitlab.items(ask, STATUS, MOST));
  return newest(listed, ({ name }) => name).map(({ name, status, author }) => ({
    kind: 'status',
    name,
    user: author?.username,
    ...stateOf(status),
  }));
}

async function readPipelines(gitlab: GitLab, commit: string): Promise<readonly CommitCheck[]> {
  const ask = { doing: `read the pipelines of ${commit}`, path: 'pipelines', query: { sha: commit } };
  const listed = await Array.fromAsync(gitlab.items(ask, PIPELINE, MOST));
  const named = listed.map(one => ({ ...one, name: one.name || one.source }));
  return newest(named, ({ name }) => name).map(({ name, status }) => ({
    kind: 'pipeline',
    name,
    ...stateOf(status),
  }));
}

interface Listed {
  readonly id: number;
  readonly ref?: string | null | undefined;
}

/** The newest of each name, by GitLab's increasing numbers. */
function newest<Item extends Listed>(
  listed: readonly Item[],
  nameOf: (item: Item) => string,
): readonly Item[] {
  const own = listed.filter(({ ref }) => !ref?.startsWith('refs/merge-requests/'));
  return [...new Map(own.toSorted((a, b) => a.id - b.id).map(item => [nameOf(item), item])).values()];
}

/** A job that waits for a person (`manual`) or a time (`scheduled`) is pending, like a running one. */
function stateOf(said: string): Pick<CommitCheck, 'state' | 'said'> {
  return { state: STATES[said] ?? 'pending', said };
}

const STATES: Readonly<Record<string, CommitCheck['state']>> = {
  success: 'passed',
  failed: 'failed',
  canceled: 'failed',
  skipped: 'none',
};
