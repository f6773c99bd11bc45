import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { RepositoryParts } from '../branches.ts';
import { DEFAULT_TIMEOUT, type Follows, type GitOptions } from '../options.ts';
import { noOrigin } from '../origin.ts';
import { parseRemoteUrl } from '../remote-url.ts';
import { openStore } from '../store.ts';
import { readCheckout } from './checkout.ts';
import { connect } from './connection.ts';
import { deepHistory, isShallow } from './deep-history.ts';
import { gitEnvironment } from './environment.ts';
import { CONTENTS_LATER, checkoutOrigin, storeOrigin } from './fetch.ts';
import { localBranches } from './local.ts';
import { namedCommits } from './named-commits.ts';
import { executableObjects } from './objects.ts';
import { remoteBranches } from './remote.ts';
import type { GitContext } from './run.ts';
import { assertGitVersion } from './version.ts';

/** Opens a repository with the `git` executable. */
export async function openWithExecutable(executable: string, options: GitOptions): Promise<RepositoryParts> {
  const { location, signal, timeout = DEFAULT_TIMEOUT, onTransport } = options;
  const env = gitEnvironment(options.env ?? {});
  const context = { executable, env, secrets: [], timeout, signal, onTransport };
  await assertGitVersion({ ...context, directory: tmpdir() });
  if (location.kind === 'remote') return await openRemote(context, location.url, options);
  const checkout = { ...context, directory: resolve(location.directory) };
  return await openCheckout(checkout, options, location.follows);
}

async function openCheckout(
  context: GitContext,
  options: GitOptions,
  follows: Follows,
): Promise<RepositoryParts> {
  const { branch, upstream } = await readCheckout(context, follows);
  if (upstream === undefined) {
    const named = namedCommits(context);
    return {
      name: context.directory,
      objects: executableObjects(context, noOrigin, true),
      branches: localBranches(context, named, branch),
      close: named.close,
    };
  }
  const connection = connect(context, upstream, options.credentials);
  const objects = executableObjects(context, checkoutOrigin(context, connection), true);
  const parts = { name: connection.url, branches: remoteBranches(connection, upstream.branch) };
  if (!(await isShallow(context))) return { ...parts, objects, close: async () => {} };
  const { history, close } = deepHistory(context, upstream.fetchUrl, options);
  return { ...parts, objects: { ...objects, history }, close };
}

async function openRemote(
  context: Omit<GitContext, 'directory'>,
  fetchUrl: string,
  options: GitOptions,
): Promise<RepositoryParts> {
  const { directory, close } = await openStore(parseRemoteUrl(fetchUrl).url, 'git', options.cacheDirectory);
  // `GIT_DIR` is set, since Git may refuse a bare repository that it finds itself (`safe.bareRepository`).
  const store = { ...context, directory, env: { ...context.env, GIT_DIR: directory } };
  const connection = connect(store, { fetchUrl }, options.credentials, CONTENTS_LATER);
  const objects = executableObjects(store, storeOrigin(store, connection));
  return { name: connection.url, objects, branches: remoteBranches(connection), close };
}
