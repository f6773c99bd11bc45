import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ifPresent, PromoteError, rethrowDefect } from '../../errors.ts';
import { partialPath } from './directory.ts';
import { hasCode, isMissing, isUnlinkable } from './system-error.ts';

/** Waiting times in milliseconds. */
export interface LockTimes {
  /** The age at which a lock counts as abandoned. A holder keeps it only to write one small file. */
  readonly stale: number;
  /** The longest wait for a lock whose holder is alive. */
  readonly patience: number;
}

const LOCK = 'index.json.lock';
const TIMES: LockTimes = { stale: 10_000, patience: 30_000 };
const LONGEST_PAUSE = 100;

/**
 * Runs the action while only this process has the layout's lock file. A dead process's lock is taken over.
 * Throws `UNREACHABLE` if a living process keeps it. The action calls `stillHeld` before it commits.
 */
export async function withLock<Result>(
  directory: string,
  action: (stillHeld: () => Promise<boolean>) => Promise<Result>,
  times: LockTimes = TIMES,
): Promise<Result> {
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), nonce: crypto.randomUUID() });
  const path = join(directory, LOCK);
  await acquire(path, owner, times);
  const stillHeld = async () => (await ownerOf(path)) === owner;
  try {
    return await action(stillHeld);
  } finally {
    if (await stillHeld()) await rm(path, { force: true });
  }
}

async function acquire(path: string, owner: string, times: LockTimes): Promise<void> {
  const deadline = performance.now() + times.patience;
  for (let pause = 2; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const holder = await ownerOf(path);
    if (holder === undefined) {
      if (await create(path, owner)) return;
    } else if (await isAbandoned(path, holder, times)) {
      await remove(path, holder);
    } else if (performance.now() > deadline) {
      throw held(path, holder, times);
    } else {
      await setTimeout(pause * (0.5 + Math.random() / 2));
    }
  }
}

/** Creates the lock together with its owner's name: a lock without an owner could only time out. */
async function create(path: string, owner: string): Promise<boolean> {
  const partial = partialPath(dirname(path));
  await writeFile(partial, owner);
  try {
    await link(partial, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    if (isUnlinkable(error)) return await createInPlace(path, owner);
    throw error;
  } finally {
    await rm(partial, { force: true });
  }
}

async function createInPlace(path: string, owner: string): Promise<boolean> {
  try {
    await writeFile(path, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function ownerOf(path: string): Promise<string | undefined> {
  return await ifPresent(readFile(path, 'utf8'));
}

async function isAbandoned(path: string, holder: string, { stale }: LockTimes): Promise<boolean> {
  const file = await ifPresent(stat(path));
  if (file === undefined) return false;
  // Age counts too: a restarted container may have the process id of the one that died.
  if (Date.now() - file.mtimeMs > stale) return true;
  const pid = localProcess(holder);
  return pid !== undefined && !isAlive(pid);
}

/** Moves the abandoned lock aside, then deletes it. If another process has taken it, it is moved back. */
async function remove(path: string, abandoned: string): Promise<void> {
  const aside = partialPath(dirname(path));
  try {
    await rename(path, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  if ((await ownerOf(aside)) === abandoned) await rm(aside);
  else await rename(aside, path);
}

function localProcess(holder: string): number | undefined {
  try {
    const { pid, host } = JSON.parse(holder);
    return host === hostname() && Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    rethrowDefect(error);
    return !hasCode(error, 'ESRCH');
  }
}

function held(path: string, holder: string, { patience }: LockTimes): PromoteError {
  const message = `lock ${path}: still held after ${patience / 1000} s by ${holder.slice(0, 200)}`;
  return new PromoteError('UNREACHABLE', message, {
    hint: 'another run is writing this image layout; wait for it, or delete the lock file if there is none',
  });
}
