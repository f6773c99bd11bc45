import type { Origin } from '../objects.ts';
import type { Connection } from './connection.ts';
import type { GitSetting } from './environment.ts';
import { objectName } from './objects.ts';
import { type GitContext, runGit, tryGit } from './run.ts';

/** Fetches into a user's repository: objects alone, no refs, and a shallow clone stays as deep as it is. */
export function checkoutOrigin(context: GitContext, connection: Connection): Origin {
  const fetchCommit = whenAbsent(context, async commit => {
    await runGit(await connection.authorized(), [...FETCH, connection.remote, commit]);
  });
  return { fetchCommit, fetchBlobs: blobs => fetchBlobs(connection, blobs), fetchHistory: fetchCommit };
}

/**
 * Fetches into a store of our own: one commit without its files' contents where the server can filter them, contents
 * when they are read, history when it is asked for.
 */
export function storeOrigin(store: GitContext, connection: Connection): Origin {
  let isComplete = false;
  // The ref keeps the commit, so that the next fetch knows that it is here.
  const fetch = async (commit: string, depth: readonly string[]) => {
    await runGit(store, [
      'init',
      '--bare',
      '--quiet',
      `--object-format=${commit.length === 64 ? 'sha256' : 'sha1'}`,
    ]);
    const refspec = `${commit}:refs/observed/${commit}`;
    await runGit(await connection.authorized(), [...FETCH, ...depth, connection.remote, refspec]);
  };
  const fetchCommit = whenAbsent(store, commit => fetch(commit, isComplete ? [] : ['--depth=1']));
  return {
    fetchCommit,
    fetchBlobs: blobs => fetchBlobs(connection, blobs),
    async fetchHistory(commit) {
      if (isComplete) return await fetchCommit(commit);
      await fetch(commit, [`--depth=${0x7fffffff}`]);
      isComplete = true;
    },
  };
}

/** Told to each fetch and never stored: with it, reading would fetch missing contents one by one. */
export const CONTENTS_LATER: readonly GitSetting[] = [
  ['remote.promote.promisor', 'true'],
  ['remote.promote.partialCloneFilter', 'blob:none'],
];

const FETCH: readonly string[] = [
  'fetch',
  '--quiet',
  '--no-write-fetch-head',
  '--no-tags',
  '--no-recurse-submodules',
];

function whenAbsent(context: GitContext, fetch: (commit: string) => Promise<void>): Origin['fetchCommit'] {
  const present = new Set<string>();
  // A partial clone would fetch the commit in its own way.
  const here = { ...context, env: { ...context.env, GIT_NO_LAZY_FETCH: '1' } };
  return async commit => {
    if (present.has(commit)) return;
    const { code } = await tryGit(here, ['cat-file', '-e', `${objectName(commit)}^{commit}`]);
    if (code !== 0) await fetch(commit);
    present.add(commit);
  };
}

async function fetchBlobs(connection: Connection, blobs: readonly string[]): Promise<void> {
  const context = await connection.authorized();
  const args = ['-c', 'fetch.negotiationAlgorithm=noop', ...FETCH, '--stdin', connection.remote];
  await runGit(context, args, blobs.map(blob => `${blob}\n`).join(''));
}
