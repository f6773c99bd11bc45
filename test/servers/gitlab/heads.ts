import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The commits of a bare repository's branches, read without a program: a server is asked for them at every request. */
export function headsOf(bare: string): ReadonlyMap<string, string> {
  const packed = join(bare, 'packed-refs');
  const lines = existsSync(packed) ? readFileSync(packed, 'utf8').split('\n') : [];
  const heads = new Map(
    lines.flatMap(line => {
      const [, commit = '', branch] = /^([0-9a-f]{40}) refs\/heads\/(.+)$/.exec(line) ?? [];
      return branch === undefined ? [] : [[branch, commit] as const];
    }),
  );
  const loose = join(bare, 'refs/heads');
  for (const branch of readdirSync(loose, { recursive: true, encoding: 'utf8' })) {
    const commit = readLoose(join(loose, branch));
    if (commit !== undefined) heads.set(branch, commit);
  }
  return heads;
}

/** `undefined` for a folder, and for what is being written or was just deleted. */
function readLoose(path: string): string | undefined {
  try {
    return /^[0-9a-f]{40}$/m.exec(readFileSync(path, 'utf8'))?.[0];
  } catch {
    return undefined;
  }
}
