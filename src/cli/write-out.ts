import { existsSync } from 'node:fs';
import { lstat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PromoteError, reasonOf, rethrowDefect, writeFailureCode } from '../errors.ts';
import { writeWholeFile } from '../git/write-file.ts';
import type { Io } from './io.ts';

/**
 * Writes the file that `--out` names, whole or not at all. Throws `USAGE` if it cannot be written, and `SYSTEM` if
 * the disk is full.
 */
export async function writeOut({ cwd }: Pick<Io, 'cwd'>, path: string, text: string): Promise<void> {
  const target = resolve(cwd, path);
  try {
    // A pipe, a device or a link is written to instead of being replaced.
    const isFile = !existsSync(target) || (await lstat(target)).isFile();
    await (isFile ? writeWholeFile(target, text) : writeFile(target, text));
  } catch (cause) {
    rethrowDefect(cause);
    const why = reasonOf(cause);
    const hint = why.hint ?? 'name a file in a directory that is there and can be written';
    const message = `--out ${path}: cannot be written: ${why.text}`;
    throw new PromoteError(writeFailureCode(cause), message, { hint, cause });
  }
}
