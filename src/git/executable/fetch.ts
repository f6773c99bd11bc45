import type { Origin } from '../objects.ts';
import type { Connection } from './connection.ts';
import type { GitSetting } from './environment.ts';
import { objectName } from './objects.ts';
import { missingObjects } from './read-blobs.ts';
import { type GitContext, runGit, tryGit } from './run.ts';

/** Fetches objects into a user's repository, without refs. A shallow clone stays as deep as it is. */
export function checkoutOrigin(context: GitContext, connection: Connection): Origin {
  const fetch = async (commits: readonly string[]) => {
    await runGit(await connection.authorized(), [...FETCH, connection.remote, ...commits]);
  };
  const { fetchCommit, fetchCommits } = fetchedOnce(context, fetch, new Set());
  return {
    fetchCommit,
    fetchCommits: async commits => await fetchCommits(await missingObjects(context, commits)),
    fetchBlobs: blobs => fetchBlobs(connection, blobs),
    fetchHistory: fetchCommit,
  };
}

/**
 * Fetches into a store of promote's own: one commit, without files' contents if the server can filter them.
 * Contents are fetched when they are read, and history when it is requested.
 */
export function storeOrigin(store: GitContext, connection: Connection): Origin {
  let isComplete = false;
  let isMade = false;
  // The ref keeps the commit, so that the next fetch knows that it is here.
  const fetch = async (commits: readonly string[], depth: readonly string[]) => {
    const format = `--object-format=${commits[0]?.length === 64 ? 'sha256' : 'sha1'}`;
    if (!isMade) await runGit(store, ['init', '--bare', '--quiet', format]);
    isMade = true;
    const refspecs = commits.map(commit => `${commit}:refs/observed/${commit}`);
    await runGit(await connection.authorized(), [...FETCH, ...depth, connection.remote, ...refspecs]);
    isComplete ||= depth === WHOLE;
  };
  const present = new Set<string>();
  const shallowly = (commits: readonly string[]) => fetch(commits, isComplete ? [] : ['--depth=1']);
  const wholly = (commits: readonly string[]) => fetch(commits, isComplete ? [] : WHOLE);
  const { fetchCommit, fetchCommits: fetchTrees } = fetchedOnce(store, shallowly, present);
  const { fetchCommits } = fetchedOnce(store, wholly, present);
  return {
    fetchCommit,
    fetchCommits: (commits, what) => (what === 'trees' ? fetchTrees : fetchCommits)(commits),
    fetchBlobs: blobs => fetchBlobs(connection, blobs),
    fetchHistory: async commit => await (isComplete ? fetchCommit(commit) : fetch([commit], WHOLE)),
  };
}

/** Passed to each fetch and never stored: once stored, reading would fetch missing contents one by one. */
export const CONTENTS_LATER: readonly GitSetting[] = [
  ['remote.promote.promisor', 'true'],
  ['remote.promote.partialCloneFilter', 'blob:none'],
];

/** The largest depth: `--unshallow` fails in a repository that is complete. */
const WHOLE: readonly string[] = [`--depth=${0x7fffffff}`];

const FETCH: readonly string[] = [
  'fetch',
  '--quiet',
  '--no-write-fetch-head',
  '--no-tags',
  '--no-recurse-submodules',
];

/** Fetches commits that are missing here, and adds the names of present ones to `present`. */
function fetchedOnce(
  context: GitContext,
  fetch: (commits: readonly string[]) => Promise<void>,
  present: Set<string>,
): Pick<Origin, 'fetchCommit'> & { readonly fetchCommits: (commits: readonly string[]) => Promise<void> } {
  // Without this, Git itself would fetch the commit in a partial clone.
  const here = { ...context, env: { ...context.env, GIT_NO_LAZY_FETCH: '1' } };
  return {
    async fetchCommit(commit) {
      if (present.has(commit)) return;
      const { code } = await tryGit(here, ['cat-file', '-e', `${objectName(commit)}^{commit}`]);
      if (code !== 0) await fetch([commit]);
      present.add(commit);
    },
    async fetchCommits(commits) {
      const due = commits.filter(commit => !present.has(commit));
      if (due.length > 0) await fetch(due);
      for (const commit of due) present.add(commit);
    },
  };
}

async function fetchBlobs(connection: Connection, blobs: readonly string[]): Promise<void> {
  const context = await connection.authorized();
  const args = ['-c', 'fetch.negotiationAlgorithm=noop', ...FETCH, '--stdin', connection.remote];
  await runGit(context, args, blobs.map(blob => `${blob}\n`).join(''));
}
