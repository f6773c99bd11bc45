import { promises } from 'node:fs';
import { readTree } from 'isomorphic-git';
import type { TreeEntry } from '../repository.ts';
import { writeWholeFile } from '../write-file.ts';

/** A Git directory as isomorphic-git takes it. */
export interface ObjectStore {
  readonly fs: { readonly promises: typeof promises };
  readonly gitdir: string;
  /** Parsed packs, kept for the life of the store. */
  readonly cache: object;
}

/** The store in a Git directory. Each file it writes appears whole, which isomorphic-git does not promise. */
export function objectStore(gitdir: string): ObjectStore {
  const writeFile: typeof promises.writeFile = async (path, content) => {
    if (typeof path !== 'string' || !(typeof content === 'string' || content instanceof Uint8Array)) {
      throw new TypeError('isomorphic-git writes texts and bytes to paths');
    }
    await writeWholeFile(path, content);
  };
  return { fs: { promises: { ...promises, writeFile } }, gitdir, cache: {} };
}

/** A tree's entries by name; `undefined`: an empty tree. */
export async function treeEntries(
  store: ObjectStore,
  tree: string | undefined,
): Promise<ReadonlyMap<string, TreeEntry>> {
  if (tree === undefined) return new Map();
  const entries = await readTree({ ...store, oid: tree });
  return new Map(entries.tree.map(({ path, mode, oid }) => [path, { mode, object: oid }]));
}
