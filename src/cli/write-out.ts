import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PromoteError, reasonOf, rethrowDefect } from '../errors.ts';
import type { Io } from './io.ts';

/** Writes the file that `--out` names; throws `USAGE` where it cannot be written. */
export async function writeOut({ cwd }: Io, path: string, text: string): Promise<void> {
  try {
    await writeFile(resolve(cwd, path), text);
  } catch (cause) {
    rethrowDefect(cause);
    const why = reasonOf(cause);
    const hint = why.hint ?? 'name a file in a directory that is there and can be written';
    throw new PromoteError('USAGE', `--out ${path}: cannot be written: ${why.text}`, { hint, cause });
  }
}
