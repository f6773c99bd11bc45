import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSystem } from '../errors.ts';

/** Directories without deployment files. */
const SKIPPED = ['.git', 'node_modules'];
/** The most bytes of a file that is read; deployment files are smaller. */
const LARGEST = 4_000_000;

/** The texts of a directory's regular files by path; empty for a file that `wanted` does not pick. */
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

/** The paths of regular files, hidden ones included, since Argo CD and Compose read those too. */
function* filesBelow(directory: string, prefix: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`;
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && !SKIPPED.includes(entry.name))
      yield* filesBelow(join(directory, entry.name), `${path}/`);
  }
}
