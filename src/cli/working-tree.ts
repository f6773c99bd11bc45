import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSystem } from '../errors.ts';

/** Where programs keep what is no deployment file. */
const SKIPPED = ['.git', 'node_modules'];
/** No deployment file is larger. */
const LARGEST = 4_000_000;

/** The texts of a directory's regular files that `wanted` picks, by path; others are there with no text. */
export async function readWorkingTree(
  directory: string,
  wanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  return await withSystem(`read the files of ${directory}`, async () => {
    return new Map(
      [...filesBelow(directory, '')].sort().map(path => {
        const file = join(directory, path);
        const isRead = wanted(path) && lstatSync(file).size <= LARGEST;
        return [path, isRead ? readFileSync(file, 'utf8') : ''] as const;
      }),
    );
  });
}

/** The paths of regular files, those whose names begin with a dot included: Argo CD and Compose read such files. */
function* filesBelow(directory: string, prefix: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`;
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && !SKIPPED.includes(entry.name))
      yield* filesBelow(join(directory, entry.name), `${path}/`);
  }
}
