import { DIRECTORY } from '../../git/objects.ts';
import { type Directories, type Directory, type Tree, wholeTree } from '../api/directories.ts';
import type { GitHub } from './github.ts';
import { readObjects } from './objects.ts';

/** The most directories that are read of one level; commits that differ in more are read whole. */
const MOST = 200;

/**
 * Reads trees of several commits level by level, where most of their directories are known. A commit is left
 * out if GitHub does not show it, or if too much of it is not known.
 */
export async function readSharing(
  github: GitHub,
  { known }: Directories,
  commits: readonly string[],
): Promise<ReadonlyMap<string, Tree>> {
  if (known.size === 0) return new Map();
  const roots = await readObjects<Commit>(github, commits, `... on Commit { tree { oid ${ENTRIES} } }`);
  for (const { tree } of roots.values()) known.set(tree.oid, directoryOf(tree));
  for (let level = [...roots.values()].map(({ tree }) => tree.oid); level.length > 0; ) {
    const below = new Set(
      level.flatMap(name => [...(known.get(name)?.values() ?? [])].flatMap(subdirectory)),
    );
    const missing = [...below].filter(name => !known.has(name));
    if (missing.length > MOST) return new Map();
    const read = await readObjects<Listed>(github, missing, `... on Tree { ${ENTRIES} }`);
    for (const [name, listed] of read) known.set(name, directoryOf(listed));
    level = [...read.keys()];
  }
  return new Map(
    [...roots].flatMap(([commit, { tree }]) => {
      const whole = wholeTree(known, tree.oid);
      return whole === undefined ? [] : [[commit, whole] as const];
    }),
  );
}

const ENTRIES = 'entries { name mode oid size }';

interface Listed {
  readonly entries: readonly {
    readonly name: string;
    /** Git's mode as a number. */
    readonly mode: number;
    readonly oid: string;
    readonly size: number;
  }[];
}

interface Commit {
  readonly tree: Listed & { readonly oid: string };
}

function directoryOf({ entries }: Listed): Directory {
  return new Map(
    entries.map(({ name, mode, oid, size }) => [
      name,
      { mode: mode.toString(8).padStart(6, '0'), object: oid, size },
    ]),
  );
}

function subdirectory({
  mode,
  object,
}: {
  readonly mode: string;
  readonly object: string;
}): readonly string[] {
  return mode === DIRECTORY ? [object] : [];
}
