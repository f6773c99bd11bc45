import type { CheckedCommit, CommitCheck } from '../commit-checks.ts';
import { createCommits } from './commits.ts';
import type { GitHub } from './github.ts';

const MOST = 1000;

/**
 * A commit and its first-parent history, about a hundred commits a request. Two requests for a commit read
 * its commit statuses and its check runs. https://docs.github.com/en/rest/checks/runs
 */
export async function* checkedCommits(github: GitHub, head: string): AsyncGenerator<CheckedCommit> {
  const commits = createCommits(github);
  let next: string | undefined = head;
  while (next !== undefined) {
    const commit: string = next;
    yield {
      commit,
      checks: async kind =>
        kind === 'status'
          ? [...(await readStatuses(github, commit)), ...(await readCheckRuns(github, commit))]
          : undefined,
    };
    next = (await commits(commit)).parents[0];
  }
}

/** The newest status of each context; an App's account is named as its slug with `[bot]`. */
async function readStatuses(github: GitHub, commit: string): Promise<readonly CommitCheck[]> {
  const place = { ...github.place, ref: commit, per_page: 100 };
  const listed = await github.pages(`read the statuses of ${commit}`, MOST, client =>
    client.paginate.iterator(client.rest.repos.listCommitStatusesForRef, place),
  );
  // GitHub lists the newest first.
  const newest = new Map(listed.toReversed().map(status => [status.context, status]));
  return [...newest.values()].map(({ context, state, creator }): CommitCheck => {
    const { login, type } = creator ?? {};
    const isApp = type === 'Bot';
    return {
      kind: 'status',
      name: context,
      app: isApp ? login?.replace(/\[bot\]$/, '') : undefined,
      user: isApp ? undefined : login,
      state: state === 'success' ? 'passed' : state === 'pending' ? 'pending' : 'failed',
      said: state,
    };
  });
}

/** The latest check run of each suite; only Apps make check runs. */
async function readCheckRuns(github: GitHub, commit: string): Promise<readonly CommitCheck[]> {
  const place = { ...github.place, ref: commit, per_page: 100, filter: 'latest' } as const;
  const runs = await github.pages(`read the check runs of ${commit}`, MOST, client =>
    client.paginate.iterator(client.rest.checks.listForRef, place),
  );
  return runs.map(
    ({ name, status, conclusion, app }): CommitCheck => ({
      kind: 'status',
      name,
      app: app?.slug,
      state: status === 'completed' ? (RESULTS[conclusion ?? ''] ?? 'failed') : 'pending',
      said: status === 'completed' ? (conclusion ?? status) : status,
    }),
  );
}

/** A skipped run has tested nothing; GitHub itself marks a run as `stale` after two weeks. */
const RESULTS: Readonly<Record<string, CommitCheck['state']>> = {
  success: 'passed',
  neutral: 'none',
  skipped: 'none',
  stale: 'none',
};
