import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, writeBundle } from '../../scripts/bundle.ts';

const ROOT = join(import.meta.dirname, '../..');
const INPUTS = ['src/**', 'scripts/**', 'package.json', 'package-lock.json', 'LICENSE'];

/** Builds what ships once before the tests, unless it is newer than all that it is made of. */
export async function setup(): Promise<void> {
  const [built = 0] = changed(['dist/LICENSES.txt']);
  // A file that was deleted leaves its folder's time behind.
  if (changed(INPUTS).some(time => time >= built)) await writeBundle(await bundle(), join(ROOT, 'dist'));
}

function changed(patterns: readonly string[]): readonly number[] {
  return globSync([...patterns], { cwd: ROOT }).map(path => statSync(join(ROOT, path)).mtimeMs);
}
