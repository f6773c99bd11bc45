import { readFile } from 'node:fs/promises';
import { PromoteError, systemFailure } from '../errors.ts';
import { environmentsPath } from './environments-file.ts';
import type { Io } from './io.ts';
import { DEFAULT_FILE } from './program/options.ts';

/** The names in this machine's environments file, for help and completion; none if it cannot be read. */
export async function localNames(
  { cwd }: Pick<Io, 'cwd'>,
  file = DEFAULT_FILE,
): Promise<{ readonly environments: readonly string[]; readonly images: readonly string[] }> {
  try {
    const text = await readFile(environmentsPath(cwd, file), 'utf8');
    // The schema is large, so the parser is loaded only here.
    const { parseEnvironments } = await import('../environments/parse.ts');
    const { environments, images } = parseEnvironments(text, file);
    return { environments: environments.map(({ name }) => name), images: images.map(({ name }) => name) };
  } catch (error) {
    const known = error instanceof PromoteError || systemFailure('read', error) !== undefined;
    if (!known) throw error;
    return { environments: [], images: [] };
  }
}
