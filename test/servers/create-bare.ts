import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** As Gitaly and Forgejo configure their repositories. */
const CONFIG = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[http]
	receivepack = true
`;

/**
 * Makes an empty bare repository that is served, with a hook that judges pushes, if any. Its few files are written here
 * (https://git-scm.com/docs/gitrepository-layout): `git init` and `git config` are four programs.
 */
export async function createBare(bare: string, updateHook?: string): Promise<void> {
  const folders = ['hooks', 'objects/info', 'objects/pack', 'refs/heads', 'refs/tags'];
  await Promise.all(folders.map(folder => mkdir(join(bare, folder), { recursive: true })));
  await writeFile(join(bare, 'HEAD'), 'ref: refs/heads/main\n');
  await writeFile(join(bare, 'config'), CONFIG);
  if (updateHook !== undefined) await writeFile(join(bare, 'hooks/update'), updateHook, { mode: 0o755 });
}
