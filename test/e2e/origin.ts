import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from './world.ts';

/** Gives the world's deployment repository a bare remote, which its branch follows. */
export async function addOrigin({ git, directory, repository }: World): Promise<void> {
  await git('clone', '--quiet', '--bare', repository, join(directory, 'origin.git'));
  await git('remote', 'add', 'origin', join(directory, 'origin.git'));
  await git('fetch', '--quiet', 'origin');
  await git('branch', '--quiet', '--set-upstream-to=origin/main');
}

/** Kills a process while that remote takes a push. */
export async function killAtPush({ directory }: World, pid: number | undefined): Promise<void> {
  const hook = join(directory, 'origin.git/hooks/pre-receive');
  await writeFile(hook, `#!/bin/sh\nkill -9 ${pid}\n`);
  await chmod(hook, 0o755);
}
