import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { walk } from '../demo/walk.ts';
import { PromoteError, systemFailure } from '../errors.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import type { RunCommand } from './program/options.ts';

/** `promote demo` */
export async function demo(
  io: Io,
  options: { readonly directory?: string },
  run: RunCommand,
): Promise<number> {
  const directory = await emptyDirectory(io, options.directory);
  try {
    await walk(directory, {
      run: (cwd, args) => run(args, { ...io, cwd }),
      say: line => io.stdout.write(`${line}\n`),
    });
  } catch (error) {
    const failure = systemFailure('promote demo', error);
    if (failure === undefined) throw error;
    // The usual hint says to run again, which would find the half of a demo there.
    const hint = `${directory} has half of a demo: remove it, correct the cause, and run again`;
    throw new PromoteError(failure.code, failure.message, { hint, cause: error });
  }
  return EXIT.done;
}

async function emptyDirectory({ cwd }: Io, path: string | undefined): Promise<string> {
  if (path === undefined) return await mkdtemp(join(tmpdir(), 'promote-demo-'));
  const directory = resolve(cwd, path);
  const entries = await mkdir(directory, { recursive: true })
    .then(() => readdir(directory))
    .catch(cause => {
      const hint = 'name a directory that can be written';
      throw new PromoteError('USAGE', `--directory ${path}: cannot be used as a directory`, { hint, cause });
    });
  if (entries.length === 0) return directory;
  throw new PromoteError('USAGE', `--directory ${path}: not empty`, { hint: 'name a new directory' });
}
