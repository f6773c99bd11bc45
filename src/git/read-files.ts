import type { Keep, Repository, TreeFile } from './repository.ts';

/** The texts of a commit's regular files that `wanted` picks, by path. */
export async function readFiles(
  repository: Repository,
  commit: string,
  wanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  const files = (await repository.list(commit)).filter(({ path }) => wanted(path));
  const texts = await repository.read(files.map(({ blob }) => blob));
  return new Map(files.map(({ path, blob }) => [path, texts.get(blob) ?? '']));
}

/** The texts of files, by path, without those that `keep` leaves out and nobody has to know by their path. */
export async function readKept(
  repository: Repository,
  files: readonly TreeFile[],
  keep: Keep,
  isNeeded: (path: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  const needed = new Set(files.filter(({ path }) => isNeeded(path)).map(({ blob }) => blob));
  const others = files.filter(({ blob }) => !needed.has(blob)).map(({ blob }) => blob);
  const texts = new Map([...(await repository.read([...needed])), ...(await repository.read(others, keep))]);
  return new Map(
    files.flatMap(({ path, blob }) => {
      const text = texts.get(blob);
      return text === undefined ? [] : [[path, text] as const];
    }),
  );
}
