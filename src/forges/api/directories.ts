import { DIRECTORY } from '../../git/objects.ts';
import type { TreeEntry } from '../../git/repository.ts';

/** A commit's or tree's whole content by path, directories included. */
export type Tree = ReadonlyMap<string, Entry>;

/** The direct entries of a directory, by name. */
export type Directory = ReadonlyMap<string, Entry>;
/** A tree's entry; `size`: a blob's size in bytes, where the forge shows it. */
type Entry = TreeEntry & { readonly size: number | undefined };

/** The directories of all trees that were read, by object name. */
export interface Directories {
  /** Keeps the directories of a tree, and returns the tree. */
  keep(tree: Tree): Tree;
  readonly known: Map<string, Directory>;
}

/** Keeps directories by their object names, since commits share directories. */
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

/** The tree whose root has this name; `undefined` where one of its directories is not known. */
export function wholeTree(known: Directories['known'], root: string): Tree | undefined {
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
