import type { Repository } from './repository.ts';

/** The texts of a commit's regular files that `wanted` picks, by path; it may look at the paths of all of them. */
export async function readFiles(
  repository: Repository,
  commit: string,
  wanted: (path: string, paths: () => ReadonlySet<string>) => boolean,
): Promise<ReadonlyMap<string, string>> {
  const listed = await repository.list(commit);
  let known: ReadonlySet<string> | undefined;
  const paths = () => {
    known ??= new Set(listed.map(({ path }) => path));
    return known;
  };
  const files = listed.filter(({ path }) => wanted(path, paths));
  const blobs = await repository.read(files.map(({ blob }) => blob));
  return new Map(files.map(({ path, blob }) => [path, blobs.get(blob) ?? '']));
}
