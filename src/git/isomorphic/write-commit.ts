import {
  readCommit,
  readObject,
  readTree,
  writeBlob,
  writeCommit,
  writeObject,
  writeTree,
} from 'isomorphic-git';
import { PromoteError } from '../../errors.ts';
import { DIRECTORY, type FileChange, type NewCommit } from '../objects.ts';
import { withSignature } from '../signing/signed-commit.ts';
import type { ObjectStore } from './object-store.ts';

/** Writes the changed blobs, the trees above them and the commit; no other tree is read. */
export async function writeNewCommit(store: ObjectStore, made: NewCommit): Promise<string> {
  const { commit } = await readCommit({ ...store, oid: made.parent });
  const leaves = made.changes.map(change => ({ change, parts: change.path.split('/') }));
  const tree = await writeTreeWith(store, commit.tree, leaves);
  const time = { timestamp: Math.floor(made.date.getTime() / 1000), timezoneOffset: 0 };
  const [author, committer] = [
    { ...made.author, ...time },
    { ...made.committer, ...time },
  ];
  const parent = [made.parent, ...(made.second === undefined ? [] : [made.second])];
  const unsigned = await writeCommit({
    ...store,
    commit: { message: made.message, tree, parent, author, committer },
  });
  const { sign } = made;
  // Signing by Git's configuration needs the `git` program, which is not here.
  if (sign === undefined || sign === 'git') return unsigned;
  const { object } = await readObject({ ...store, oid: unsigned, format: 'content' });
  if (!(object instanceof Uint8Array)) throw new TypeError('a commit is read as bytes');
  const payload = Buffer.from(object);
  const signed = withSignature(payload, await sign(payload), unsigned.length === 64);
  return await writeObject({ ...store, type: 'commit', format: 'content', object: signed });
}

interface Leaf {
  readonly change: FileChange;
  /** The rest of the path, below the tree. */
  readonly parts: readonly string[];
}

async function writeTreeWith(
  store: ObjectStore,
  tree: string | undefined,
  leaves: readonly Leaf[],
): Promise<string> {
  const present = tree === undefined ? [] : (await readTree({ ...store, oid: tree })).tree;
  const entries = new Map(present.map(entry => [entry.path, entry]));
  if ([...entries.keys()].some(name => name.includes('\ufffd'))) throw unnameable(leaves);
  for (const [path, group] of Map.groupBy(leaves, ({ parts }) => parts[0] ?? '')) {
    const [leaf] = group.filter(({ parts }) => parts.length === 1);
    if (leaf !== undefined) {
      const { text, mode } = leaf.change;
      entries.set(path, {
        path,
        mode,
        type: 'blob',
        oid: await writeBlob({ ...store, blob: Buffer.from(text) }),
      });
    } else {
      const below = group.map(({ change, parts }) => ({ change, parts: parts.slice(1) }));
      const oid = await writeTreeWith(store, entries.get(path)?.oid, below);
      entries.set(path, { path, mode: DIRECTORY, type: 'tree', oid });
    }
  }
  return await writeTree({ ...store, tree: [...entries.values()] });
}

// isomorphic-git reads names as UTF-8, so the tree it writes would contain another name.
function unnameable(leaves: readonly Leaf[]): PromoteError {
  const path = JSON.stringify(leaves[0]?.change.path);
  return new PromoteError('UNSUPPORTED', `commit to ${path}: beside it lies a file whose name is not UTF-8`, {
    hint: 'install git, which can keep that name',
  });
}
