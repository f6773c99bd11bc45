import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PromoteError, rethrowDefect, systemFailure } from '../errors.ts';
import type { Io } from './io.ts';

/** Reads a file by its path from the environments file; outside of its repository from disk. */
export type ReadNamed = (path: string) => Promise<string>;

/** Reads named files from disk, relative to the directory. */
export function readFromDisk(directory: string): ReadNamed {
  return async path => {
    try {
      return await readFile(resolve(directory, path), 'utf8');
    } catch (cause) {
      rethrowDefect(cause);
      const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
      const failure = isMissing ? undefined : systemFailure(`read ${path}`, cause);
      throw (
        failure ??
        new PromoteError('NOT_FOUND', `read ${path}: no such file in ${directory}`, {
          cause,
          isAbsent: isMissing ? true : undefined,
        })
      );
    }
  };
}

/** Reads files that the command line names. One that is not there is `USAGE`. */
export function readArguments(directory: string): ReadNamed {
  const read = readFromDisk(directory);
  return async path => {
    try {
      return await read(path);
    } catch (error) {
      if (!(error instanceof PromoteError) || error.code !== 'NOT_FOUND') throw error;
      const hint = 'check the path that the command line names';
      throw new PromoteError('USAGE', error.message, { hint, cause: error });
    }
  };
}

/** Reads a key given as a path or `env://NAME`; throws `KEY` or `NOT_FOUND`. */
export async function readKeyText({ env }: Pick<Io, 'env'>, key: string, read: ReadNamed): Promise<string> {
  if (!key.startsWith('env://')) return await read(key);
  const name = key.slice('env://'.length);
  const value = env[name];
  if (value) return value;
  throw new PromoteError('KEY', `load key: the environment variable ${name} is not set`, {
    hint: 'put the key in PEM there, or name a file',
    isAbsent: true,
  });
}
