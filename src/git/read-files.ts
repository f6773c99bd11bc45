import type { Repository } from './repository.ts';

/** The texts of a commit's regular files that `wanted` picks, by path. */
export async function readFiles(
  repository: Repository,
  commit: string,
  wanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  const files = (await repository.list(commit)).filter(({ path }) => wanted(path));
  const blobs = await repository.read(files.map(({ blob }) => blob));
  return new Map(files.map(({ path, blob }) => [path, blobs.get(blob) ?? '']));
}
