import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCommit } from 'isomorphic-git';
import { ifPresent } from '../../errors.ts';
import { historyCut } from '../failure.ts';
import { regularMode } from '../objects.ts';
import type { HistoryEntry, TreeEntry } from '../repository.ts';
import { compareTrees, type TreeChange } from './compare-trees.ts';
import type { ObjectStore } from './object-store.ts';

/**
 * Walks the first-parent history of the files that match, newest first; throws `GIT` where a shallow history is cut.
 */
export async function* walkHistory(
  store: ObjectStore,
  start: string,
  matches: (path: string) => boolean,
): AsyncGenerator<HistoryEntry> {
  // A complete repository has no file `shallow`.
  const shallow = await ifPresent(readFile(join(store.gitdir, 'shallow'), 'utf8'));
  const cut = new Set(shallow?.split('\n'));
  let next: string | undefined = start;
  while (next !== undefined) {
    const oid: string = next;
    if (cut.has(oid)) throw historyCut(oid);
    const { commit } = await readCommit({ ...store, oid });
    const [parent] = commit.parent;
    const base = parent === undefined ? undefined : (await readCommit({ ...store, oid: parent })).commit.tree;
    const changes = [];
    for await (const change of compareTrees(store, base, commit.tree)) {
      if (matches(change.path)) changes.push(...regularChange(change));
    }
    const { author, committer, message } = commit;
    const date = new Date(committer.timestamp * 1000);
    if (changes.length > 0)
      yield { commit: oid, date, author: `${author.name} <${author.email}>`, message, changes };
    next = parent;
  }
}

function regularChange({ path, before, after }: TreeChange): HistoryEntry['changes'] {
  const [from, to] = [regularBlob(before), regularBlob(after)];
  return from === to
    ? []
    : [{ path, ...(from !== undefined && { before: from }), ...(to !== undefined && { after: to }) }];
}

function regularBlob(entry: TreeEntry | undefined): string | undefined {
  return regularMode(entry?.mode) && entry?.object;
}
