import { pathAndAncestors, planChanges } from './changes.ts';
import { DIRECTORY, type FileChange } from './objects.ts';
import type { CommitPart, CommitRequest, TreeEntry } from './repository.ts';

/** A commit of several, and what it changes of the one below it. */
export interface PlannedCommit extends CommitPart {
  readonly changes: readonly FileChange[];
}

/** The commits of a request in their order, the asked one last, each with what it changes of the one below it. */
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
 * Writes several commits, each on the one before; answers with where each of them is. One that changes nothing is left
 * out on a branch that is at the parent: there it has nothing to say.
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

/** What several commits change together: each file once, from its first state to its last. */
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
