import { mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PromoteError } from '../../errors.ts';

/** Runs `action` while holding `<path>.lock`, which Git and other runs respect; throws `GIT` if taken. */
export async function withFileLock<T>(path: string, action: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  await mkdir(dirname(lock), { recursive: true });
  await acquire(lock);
  try {
    return await action();
  } finally {
    await rm(lock, { force: true });
  }
}

const ATTEMPTS = 100;
const WAIT_MILLISECONDS = 50;

async function acquire(lock: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await (await open(lock, 'wx')).close();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      if (attempt === ATTEMPTS) throw locked(lock);
      await setTimeout(WAIT_MILLISECONDS);
    }
  }
}

function locked(lock: string): PromoteError {
  return new PromoteError(
    'GIT',
    `${lock} is held by another process, or was left behind by one that was killed`,
    {
      hint: 'if no other Git process runs in the repository, remove that lock file and run again',
    },
  );
}
