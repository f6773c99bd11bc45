import { PromoteError } from '../errors.ts';
import type { Keep, Repository, TreeFile } from './repository.ts';
import { EVERYTHING } from './text.ts';

/**
 * The texts of a commit's regular files that `wanted` selects, by path. Bytes that are not UTF-8 give a text
 * that is not well-formed. Throws `TOO_LARGE` with the path in its message.
 */
export async function readFiles(
  repository: Repository,
  commit: string,
  wanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  const files = (await repository.list(commit)).filter(({ path }) => wanted(path));
  const texts = await naming(files, () =>
    repository.read(
      files.map(({ blob }) => blob),
      EVERYTHING,
    ),
  );
  return new Map(files.map(({ path, blob }) => [path, texts.get(blob) ?? '']));
}

/**
 * The texts of files by path, decoded as in `readFiles`. A file that `keep` refuses is left out, unless
 * `isNeeded` accepts its path.
 */
export async function readKept(
  repository: Repository,
  files: readonly TreeFile[],
  keep: Keep,
  isNeeded: (path: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  const needed = new Set(files.filter(({ path }) => isNeeded(path)).map(({ blob }) => blob));
  const others = files.filter(({ blob }) => !needed.has(blob)).map(({ blob }) => blob);
  const texts = await naming(
    files,
    async () =>
      new Map([
        ...(await repository.read([...needed], EVERYTHING)),
        ...(await repository.read(others, keep)),
      ]),
  );
  const found = new Map<string, string>();
  for (const { path, blob } of files) {
    const text = texts.get(blob);
    if (text !== undefined) found.set(path, text);
  }
  return found;
}

/** Replaces the blob's name in an error by the path of its file. */
async function naming<Result>(files: readonly TreeFile[], read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code !== 'TOO_LARGE') throw error;
    const named = files.find(({ blob }) => error.message.includes(blob));
    if (named === undefined) throw error;
    const message = error.message.replace(`read of blob ${named.blob}`, named.path);
    throw new PromoteError(error.code, message, { hint: error.hint, cause: error });
  }
}
