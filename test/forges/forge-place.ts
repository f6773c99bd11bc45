import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Repository } from '../../src/git/repository.ts';
import { commitFiles, git, makeRepository, openCheckout } from '../git/fixture.ts';
import { openForge, pushFiles, type Special, useGitHub } from './github-fixture.ts';

/** Files by path: a text, or what lies there besides texts. */
export type Files = Readonly<Record<string, string | Special>>;

/** A repository for the suite, with somebody else who works on its `main`. */
export interface Opened {
  readonly repository: Repository;
  /** What `main` points at after the files. */
  readonly head: string;
  /** Commits files on `main` as somebody else. */
  push(files: Files): Promise<string>;
  /** Git's mode of a path. */
  mode(commit: string, path: string): Promise<string>;
  /** The message of a commit, without the line ends behind it. */
  message(commit: string): Promise<string>;
  /** A second run on the same repository. */
  again(): Promise<Repository>;
}

/** Where the suite runs. */
export type ForgePlace = (files: Files) => Promise<Opened>;

/** A checkout without a remote, worked on by `git` or without it. */
export function gitPlace(executable: string | undefined): ForgePlace {
  return async files => {
    const directory = await makeRepository({ 'README.md': '# gitops\n' });
    // The checked-out branch is another one, so that only commits count and no working tree stands in the way.
    const push = async (more: Files) => {
      await git(directory, 'checkout', '--quiet', 'main');
      for (const [path, file] of Object.entries(more)) await place(directory, path, file);
      const commit = await commitFiles(directory, {}, 'work');
      await git(directory, 'checkout', '--quiet', '--detach');
      return commit;
    };
    const head = await push(files);
    const again = () => openCheckout(directory, executable);
    return {
      repository: await again(),
      head,
      push,
      again,
      mode: async (commit, path) => (await git(directory, 'ls-tree', commit, path)).slice(0, 6),
      message: commit => git(directory, 'log', '-1', '--format=%B', commit),
    };
  };
}

/** `acme/gitops` on GitHub. */
export const githubPlace: ForgePlace = async files => {
  const server = await useGitHub();
  const { emulated } = server.world;
  const read = async (path: string) =>
    JSON.stringify((await emulated.ask('GET', `/repos/acme/gitops/${path}`)).body);
  const again = async () => openForge(server).repository;
  return {
    repository: await again(),
    head: await pushFiles(server, files),
    push: more => pushFiles(server, more),
    again,
    mode: async (commit, path) => {
      const { tree } = JSON.parse(await read(`git/trees/${commit}?recursive=1`));
      return tree.find((entry: { path: string }) => entry.path === path)?.mode;
    },
    message: async commit => JSON.parse(await read(`git/commits/${commit}`)).message.trimEnd(),
  };
};

async function place(directory: string, path: string, file: string | Special): Promise<void> {
  const target = join(directory, path);
  await mkdir(dirname(target), { recursive: true });
  if (typeof file === 'string') await writeFile(target, file);
  else if (file.mode === '120000') await symlink(file.content, target);
  else if (file.mode === '100755') {
    await writeFile(target, file.content);
    await chmod(target, 0o755);
  } else {
    await mkdir(target);
    await git(directory, 'update-index', '--add', '--cacheinfo', `160000,${file.content},${path}`);
  }
}
