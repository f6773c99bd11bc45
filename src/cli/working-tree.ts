import { globSync, lstatSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
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
    const exclude = (name: string) => SKIPPED.includes(name.split(sep).at(-1) ?? '');
    const paths = globSync('**/*', { cwd: directory, exclude }).map(path => path.split(sep).join('/'));
    return new Map(
      paths.sort().flatMap(path => {
        const file = join(directory, path);
        const entry = lstatSync(file);
        if (!entry.isFile()) return [];
        const isRead = entry.size <= LARGEST && wanted(path);
        return [[path, isRead ? readFileSync(file, 'utf8') : ''] as const];
      }),
    );
  });
}
