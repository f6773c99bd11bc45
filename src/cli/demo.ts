import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { walk } from '../demo/walk.ts';
import { PromoteError } from '../errors.ts';
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
  await walk(directory, {
    run: (cwd, args) => run(args, { ...io, cwd }),
    say: line => io.stdout.write(`${line}\n`),
  });
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
