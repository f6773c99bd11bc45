import type { RepositoryParts } from '../branches.ts';
import type { GitOptions } from '../options.ts';
import { noOrigin } from '../origin.ts';
import { openStore } from '../store.ts';
import { assertNotSparse, readCheckout } from './checkout.ts';
import { httpRemote } from './http-remote.ts';
import { lockedBranches } from './local.ts';
import { objectStore } from './object-store.ts';
import { isomorphicObjects } from './objects.ts';
import { httpBranches, httpOrigin } from './remote.ts';

/** Opens a repository where there is no `git` executable, by isomorphic-git. */
export async function openWithoutExecutable(options: GitOptions): Promise<RepositoryParts> {
  const { location } = options;
  if (location.kind === 'remote')
    return await openRemote({ fetchUrl: location.url, pushUrl: location.url }, options);
  const checkout = await readCheckout(location.directory, location.follows);
  if (checkout.upstream !== undefined) return await openRemote(checkout.upstream, options);
  if (checkout.directory !== undefined) await assertNotSparse(checkout.gitdir);
  const store = objectStore(checkout.gitdir);
  const objects = isomorphicObjects(store, noOrigin);
  const name = checkout.directory ?? checkout.gitdir;
  return { name, objects, branches: lockedBranches(store, checkout), close: async () => {} };
}

/** A checkout's remote is read into another store too: isomorphic-git's fetch would move the user's refs. */
async function openRemote(
  upstream: { readonly fetchUrl: string; readonly pushUrl: string; readonly branch?: string | undefined },
  options: GitOptions,
): Promise<RepositoryParts> {
  const remote = httpRemote(upstream.fetchUrl, upstream.pushUrl, options);
  const { directory, close } = await openStore(remote.url, 'isomorphic-git', options.cacheDirectory);
  const store = objectStore(directory);
  const objects = isomorphicObjects(store, httpOrigin(store, remote));
  return { name: remote.url, objects, branches: httpBranches(store, remote, upstream.branch), close };
}
