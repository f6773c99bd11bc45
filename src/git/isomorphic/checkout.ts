import { promises } from 'node:fs';
import { join, resolve } from 'node:path';
import { currentBranch, findRoot, getConfig, listRemotes } from 'isomorphic-git';
import { ifPresent, PromoteError } from '../../errors.ts';
import type { Follows } from '../options.ts';
import { chooseUpstream, type Upstream } from '../upstream.ts';
import { explained } from './explained.ts';

/** A repository on disk that isomorphic-git can work with. */
export interface Checkout {
  readonly gitdir: string;
  /** `undefined` in a bare repository. */
  readonly directory: string | undefined;
  /** The branch that HEAD points at, `undefined` where HEAD is detached. */
  readonly branch: string | undefined;
  readonly upstream: (Upstream & { readonly fetchUrl: string; readonly pushUrl: string }) | undefined;
}

/** Finds the repository that `start` is in; throws `UNSUPPORTED` where only `git` can work with it. */
export async function readCheckout(start: string, follows: Follows): Promise<Checkout> {
  const { directory, gitdir } = await findRepository(resolve(start));
  await assertSupported(gitdir);
  const branch = (await currentBranch({ fs, gitdir })) ?? undefined;
  const remotes = await listRemotes({ fs, gitdir });
  const tracking = follows === 'remote' ? undefined : branch;
  const setting = (key: string) => getConfig({ fs, gitdir, path: `branch.${tracking}.${key}` });
  const upstream = chooseUpstream({
    remotes: remotes.map(({ remote }) => remote),
    remote: tracking && (await setting('remote')),
    merge: tracking && (await setting('merge')),
  });
  const fetchUrl = remotes.find(({ remote }) => remote === upstream?.remote)?.url;
  if (upstream === undefined || fetchUrl === undefined)
    return { gitdir, directory, branch, upstream: undefined };
  const pushUrl = (await getConfig({ fs, gitdir, path: `remote.${upstream.remote}.pushurl` })) ?? fetchUrl;
  return { gitdir, directory, branch, upstream: { ...upstream, fetchUrl, pushUrl } };
}

const fs = { promises };

async function findRepository(start: string): Promise<Pick<Checkout, 'directory' | 'gitdir'>> {
  const isBare = (await exists(join(start, 'HEAD'))) && (await exists(join(start, 'objects')));
  if (isBare) return { gitdir: start, directory: undefined };
  const directory = await explained(`open of ${start}`, () => findRoot({ fs, filepath: start }));
  const dotGit = join(directory, '.git');
  if ((await promises.stat(dotGit)).isDirectory()) return { gitdir: dotGit, directory };
  const link = (await promises.readFile(dotGit, 'utf8')).replace(/^gitdir: /, '').trim();
  return { gitdir: resolve(directory, link), directory };
}

// isomorphic-git would misread these, or lose them when it writes.
const UNSUPPORTED = ['extensions.objectformat', 'extensions.refstorage', 'core.splitindex', 'index.sparse'];

async function assertSupported(gitdir: string): Promise<void> {
  if (await exists(join(gitdir, 'commondir'))) throw needsGit(gitdir, 'it is a linked working tree');
  for (const path of UNSUPPORTED) {
    const value: unknown = await getConfig({ fs, gitdir, path });
    if (value !== undefined && !/^(false|sha1|files)$/.test(String(value))) {
      throw needsGit(gitdir, `it is configured with ${path} = ${value}`);
    }
  }
}

/**
 * Throws `UNSUPPORTED` for a sparse checkout: isomorphic-git loses the index's marks for left-out files. `git
 * sparse-checkout` writes its own file: https://git-scm.com/docs/git-worktree#_configuration_file
 */
export async function assertNotSparse(gitdir: string): Promise<void> {
  const set: unknown = await getConfig({ fs, gitdir, path: 'core.sparsecheckout' });
  const own = (await ifPresent(promises.readFile(join(gitdir, 'config.worktree'), 'utf8'))) ?? '';
  if (
    /^(true|yes|on|1)$/i.test(String(set)) ||
    /^\s*sparsecheckout\s*(?:=\s*(?:true|yes|on|1)\s*)?$/im.test(own)
  )
    throw needsGit(gitdir, 'it is a sparse checkout');
}

/** The error for a repository that only `git` itself can work with. */
export function needsGit(directory: string, reason: string): PromoteError {
  return new PromoteError('UNSUPPORTED', `${directory}: ${reason}`, {
    hint: 'install git, which supports this',
  });
}

async function exists(path: string): Promise<boolean> {
  return await promises.access(path).then(
    () => true,
    () => false,
  );
}
