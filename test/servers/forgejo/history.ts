import { type GitCommit, listTree, readCommit } from '../gitlab/objects.ts';

const known = new Map<string, ReadonlyMap<string, GitCommit>>();

/** A commit with everything in its history, by name; without a program, for the API is asked for it often. */
export function historyOf(bare: string, start: string): ReadonlyMap<string, GitCommit> {
  const key = `${bare}:${start}`;
  const found = known.get(key) ?? walk(bare, start);
  known.set(key, found);
  return found;
}

function walk(bare: string, start: string): ReadonlyMap<string, GitCommit> {
  const found = new Map<string, GitCommit>();
  for (const open = [start]; open.length > 0; ) {
    const id = open.shift() ?? '';
    const commit = found.has(id) ? undefined : readCommit(bare, id);
    if (commit === undefined) continue;
    found.set(id, commit);
    open.push(...commit.parents);
  }
  return found;
}

/** The history of a commit as `git log` lists it, newest first, without that of another. */
export function logOf(bare: string, start: string, not: string | undefined): readonly GitCommit[] {
  const without = not === undefined ? new Map() : historyOf(bare, not);
  const listed = [...historyOf(bare, start).values()].filter(({ id }) => !without.has(id));
  return listed.toSorted((a, b) => Date.parse(b.date) - Date.parse(a.date));
}

/** The paths that a commit changed against its first parent; of a merge Gitea lists what differs from all parents. */
export function changedFiles(bare: string, { id, parents }: GitCommit): readonly string[] {
  const [after, ...before] = [id, ...parents].map(
    commit => new Map((listTree(bare, commit, '', true) ?? []).map(entry => [entry.path, entry])),
  );
  const trees = before.length === 0 ? [new Map<string, never>()] : before;
  const paths = new Set([after, ...trees].flatMap(tree => [...(tree?.keys() ?? [])]));
  return [...paths].filter(path => {
    const entry = after?.get(path);
    const isFile = [entry, ...trees.map(tree => tree.get(path))].some(one => one && one.type !== 'tree');
    return isFile && trees.every(tree => tree.get(path)?.id !== entry?.id);
  });
}
