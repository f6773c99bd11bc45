import { pathAndAncestors, planChanges } from './changes.ts';
import { DIRECTORY, type FileChange } from './objects.ts';
import type { CommitPart, CommitRequest, TreeEntry } from './repository.ts';

/** One commit of several, with its changes to the commit below it. */
export interface PlannedCommit extends CommitPart {
  readonly changes: readonly FileChange[];
}

/** The commits of a request in order, the requested one last, each with its changes to the one below it. */
export function planChain(
  { parent, below = [], message, files }: CommitRequest,
  entries: ReadonlyMap<string, TreeEntry>,
): readonly PlannedCommit[] {
  let known = entries;
  return [...below, { message, files }].map(part => {
    const changes = planChanges(parent, part.files, known);
    known = withChanges(known, changes);
    return { message: part.message, files: part.files, changes };
  });
}

/**
 * Writes several commits, each on top of the one before, and returns their object names. A commit without
 * changes is skipped if the branch is at the parent, and has the name of the commit below it.
 */
export async function writeChain(
  { parent, expected }: Pick<CommitRequest, 'parent' | 'expected'>,
  chain: readonly PlannedCommit[],
  write: (commit: PlannedCommit, parent: string) => Promise<string>,
): Promise<readonly string[]> {
  const made: string[] = [];
  for (const commit of chain) {
    const on = made.at(-1) ?? parent;
    const isIdle = commit.changes.length === 0 && expected === parent;
    made.push(isIdle ? on : await write(commit, on));
  }
  return made;
}

/** What several commits change together: each file once, with its first `before` and its last `after`. */
export function changesOf(chain: readonly PlannedCommit[]): readonly FileChange[] {
  const all = new Map<string, FileChange>();
  for (const change of chain.flatMap(({ changes }) => changes)) {
    const first = all.get(change.path);
    all.set(change.path, first === undefined ? change : { ...change, before: first.before });
  }
  return [...all.values()].filter(({ before, after }) => before !== after);
}

function withChanges(
  entries: ReadonlyMap<string, TreeEntry>,
  changes: readonly FileChange[],
): ReadonlyMap<string, TreeEntry> {
  const directories = changes.flatMap(({ path }) => pathAndAncestors(path).slice(0, -1));
  return new Map([
    ...directories.map(path => [path, { mode: DIRECTORY, object: '' }] as const),
    ...entries,
    ...changes.map(({ path, mode, after }) => [path, { mode, object: after }] as const),
  ]);
}
