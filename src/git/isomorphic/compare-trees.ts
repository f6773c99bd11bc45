import { DIRECTORY } from '../objects.ts';
import type { TreeEntry } from '../repository.ts';
import { type ObjectStore, treeEntries } from './object-store.ts';

/** An entry that differs between two trees. */
export interface TreeChange {
  readonly path: string;
  readonly before: TreeEntry | undefined;
  readonly after: TreeEntry | undefined;
}

/** The entries that differ, directories before what is in them; equal directories are not read. */
export async function* compareTrees(
  store: ObjectStore,
  before: string | undefined,
  after: string | undefined,
  directory = '',
): AsyncGenerator<TreeChange> {
  const old = await treeEntries(store, before);
  const young = await treeEntries(store, after);
  for (const name of new Set([...old.keys(), ...young.keys()])) {
    const change = { path: directory + name, before: old.get(name), after: young.get(name) };
    if (change.before?.object === change.after?.object && change.before?.mode === change.after?.mode)
      continue;
    yield change;
    const [from, to] = [subtree(change.before), subtree(change.after)];
    if (from !== undefined || to !== undefined) yield* compareTrees(store, from, to, `${change.path}/`);
  }
}

function subtree(entry: TreeEntry | undefined): string | undefined {
  return entry?.mode === DIRECTORY ? entry.object : undefined;
}
