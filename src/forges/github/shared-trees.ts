import { DIRECTORY } from '../../git/objects.ts';
import type { TreeEntry } from '../../git/repository.ts';
import type { GitHub } from './github.ts';
import { readObjects } from './objects.ts';

/** A commit's or tree's whole content by path, directories included. */
export type Tree = ReadonlyMap<string, Entry>;

/** What is directly in a directory, by name. */
type Directory = ReadonlyMap<string, Entry>;
type Entry = TreeEntry & { readonly size: number | undefined };

/** The directories of the trees that were read, by object name. */
export interface Directories {
  /** Keeps those of a tree, and answers with it. */
  keep(tree: Tree): Tree;
  readonly known: Map<string, Directory>;
}

/** Directories that are read of one level; commits that differ in more are read whole. */
const MOST = 200;

export function createDirectories(): Directories {
  const known = new Map<string, Directory>();
  return {
    known,
    keep(tree) {
      const found = new Map<string, Map<string, Entry>>();
      for (const [path, { mode }] of tree) if (mode === DIRECTORY) found.set(path, new Map());
      for (const [path, entry] of tree) {
        const slash = path.lastIndexOf('/');
        found.get(path.slice(0, Math.max(0, slash)))?.set(path.slice(slash + 1), entry);
      }
      for (const [path, { mode, object }] of tree) {
        const directory = found.get(path);
        if (mode === DIRECTORY && directory !== undefined) known.set(object, directory);
      }
      return tree;
    },
  };
}

/**
 * The trees of several commits, level by level, where they share most of their directories with what is known. A commit
 * that GitHub does not show, or that shares too little, is left out.
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
    /** Git's, as a number. */
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

function subdirectory({ mode, object }: Entry): readonly string[] {
  return mode === DIRECTORY ? [object] : [];
}

/** `undefined` where a directory of it is not known. */
function wholeTree(known: Directories['known'], root: string): Tree | undefined {
  const found = new Map<string, Entry>();
  const isWhole = addBelow(root, '');
  return isWhole ? found : undefined;

  function addBelow(name: string, prefix: string): boolean {
    const directory = known.get(name);
    if (directory === undefined) return false;
    for (const [child, entry] of directory) {
      found.set(`${prefix}${child}`, entry);
      if (entry.mode === DIRECTORY && !addBelow(entry.object, `${prefix}${child}/`)) return false;
    }
    return true;
  }
}
