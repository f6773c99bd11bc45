import { streamWithSystem, withSystem } from '../errors.ts';
import { identityOf } from './author.ts';
import { commit } from './commit.ts';
import { regularFiles } from './objects.ts';
import type { GitOptions } from './options.ts';
import type { Repository } from './repository.ts';

export type { GitOptions } from './options.ts';

/** A repository that may contain temporary files until it is closed. */
export interface GitRepository extends Repository {
  /** Fetches commits whose trees are read soon, together and without their history. */
  expect(commits: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a repository on plain Git. With a remote, commits are pushed there and HEAD, refs, index and working tree of
 * a checkout stay as they are. Without one, the branch advances and the working tree that has it checked out follows.
 */
export async function openGitRepository(options: GitOptions): Promise<GitRepository> {
  identityOf(options);
  const parts = await withSystem('open the Git repository', () => openParts(options));
  const { name, objects, branches, close } = parts;
  const during = <Result>(what: string, action: () => Promise<Result>) =>
    withSystem(`${what} Git repository ${name}`, action);
  return {
    name,
    head: branch => during('read', () => branches.head(branch)),
    branches: prefix =>
      during('read', async () => {
        const heads = await branches.list(prefix);
        await objects.expect(heads.map(({ commit }) => commit));
        return heads;
      }),
    expect: commits => during('read', () => objects.expect(commits, 'trees')),
    list: async commit => regularFiles(await during('read', () => objects.tree(commit))),
    tree: commit => during('read', () => objects.tree(commit)),
    read: (blobs, keep) => during('read', () => objects.read(blobs, keep)),
    history: (...asked) => streamWithSystem(`read Git repository ${name}`, objects.history(...asked)),
    assertIdentity: as => {
      identityOf(options, as);
    },
    commit: request => during('commit to', () => commit(parts, options, request)),
    close,
  };
}

/** Loads only the implementation that is used. */
async function openParts(options: GitOptions) {
  if (options.executable === undefined) {
    const { openWithoutExecutable } = await import('./isomorphic/open.ts');
    return await openWithoutExecutable(options);
  }
  const { openWithExecutable } = await import('./executable/open.ts');
  return await openWithExecutable(options.executable, options);
}
