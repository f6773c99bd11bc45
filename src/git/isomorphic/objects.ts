import { readBlob, readCommit } from 'isomorphic-git';
import { DIRECTORY, type Objects, type Origin } from '../objects.ts';
import type { TreeEntry } from '../repository.ts';
import { assertFileSize, decodeText, mostBytes } from '../text.ts';
import { explained } from './explained.ts';
import { walkHistory } from './history.ts';
import { type ObjectStore, treeEntries } from './object-store.ts';
import { writeNewCommit } from './write-commit.ts';

/** The objects of a Git directory, read and written by isomorphic-git. */
export function isomorphicObjects(store: ObjectStore, origin: Origin): Objects {
  const failing = (doing: string) => `${doing} in ${store.gitdir}`;
  return {
    async tree(commit) {
      await origin.fetchCommit(commit);
      const entries = () => Array.fromAsync(entriesBelow(store, commit));
      return new Map(await explained(failing(`list of ${commit}`), entries));
    },
    expect: (commits, what) => origin.fetchCommits(commits, what),
    async read(blobs, keep) {
      const texts = new Map<string, string>();
      for (const oid of blobs) {
        const { blob } = await explained(failing(`read of ${oid}`), () => readBlob({ ...store, oid }));
        assertFileSize(oid, blob.length, mostBytes(keep));
        if (keep?.(Buffer.from(blob.buffer, blob.byteOffset, blob.length).toString('latin1')) ?? true)
          texts.set(oid, decodeText(oid, blob, keep));
      }
      return texts;
    },
    async *history(commit, matches) {
      await origin.fetchHistory(commit);
      yield* walkHistory(store, commit, matches);
    },
    async entries(commit, paths) {
      await origin.fetchCommit(commit);
      return await explained(failing(`read of ${commit}`), () => entriesAt(store, commit, paths));
    },
    write: commit => explained(failing('commit'), () => writeNewCommit(store, commit)),
  };
}

async function* entriesBelow(
  store: ObjectStore,
  tree: string,
  directory = '',
): AsyncGenerator<[path: string, entry: TreeEntry]> {
  for (const [name, entry] of await treeEntries(store, tree)) {
    const path = directory + name;
    if (entry.mode === DIRECTORY) yield* entriesBelow(store, entry.object, `${path}/`);
    else yield [path, entry];
  }
}

async function entriesAt(
  store: ObjectStore,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, TreeEntry>> {
  const found = new Map<string, TreeEntry>();
  const { commit: parent } = await readCommit({ ...store, oid: commit });
  const directories = new Map([['', await treeEntries(store, parent.tree)]]);
  for (const path of paths) {
    const slash = path.lastIndexOf('/');
    const entry = directories.get(path.slice(0, Math.max(slash, 0)))?.get(path.slice(slash + 1));
    if (entry === undefined) continue;
    found.set(path, entry);
    if (entry.mode === DIRECTORY) directories.set(path, await treeEntries(store, entry.object));
  }
  return found;
}
