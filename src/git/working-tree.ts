import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ifPresent, PromoteError } from '../errors.ts';
import { pathAndAncestors } from './changes.ts';
import type { FileChange } from './objects.ts';
import { writeWholeFile } from './write-file.ts';

/** The working tree that has a branch checked out, with its index. */
export interface WorkingTree {
  readonly directory: string;
  /** Blob names by path, from the index; missing paths are left out, and a conflict has no blob's name. */
  indexed(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The names of the blobs that a commit of these files would contain. */
  hashed(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The bytes to write for each change, with line endings as the checkout wants them. */
  contents(changes: readonly FileChange[]): Promise<readonly Uint8Array[]>;
  /** The missing files that a sparse checkout leaves out: only the index is changed for them. */
  sparse(changes: readonly FileChange[]): Promise<ReadonlySet<string>>;
  /** Marks the files in the index as left out on purpose. */
  leaveOut(paths: readonly string[]): Promise<void>;
  /** Sets the index's entries; `isWritten`: the files exist, so their times may be recorded. */
  index(changes: readonly FileChange[], isWritten: boolean): Promise<void>;
}

/**
 * Updates the changed files, and only those, to their new text in index and working tree. Each must be as
 * committed, or already new after an interrupted run. Otherwise throws `DIRTY` before anything is written.
 */
export async function updateWorkingTree(tree: WorkingTree, changes: readonly FileChange[]): Promise<void> {
  const { modes, absent } = await assertClean(tree, changes);
  const written = changes.filter(({ path }) => !absent.has(path));
  const contents = await tree.contents(written);
  // The index is updated first: if another Git holds its lock, no file has been written yet.
  await tree.index(changes, false);
  if (absent.size > 0) await tree.leaveOut([...absent]);
  for (const [index, { path, mode }] of written.entries()) {
    const target = join(tree.directory, path);
    await mkdir(dirname(target), { recursive: true });
    const fresh = mode === '100755' ? 0o777 : 0o666;
    await writeWholeFile(target, contents[index] ?? new Uint8Array(), modes.get(path) ?? fresh);
  }
  if (written.length > 0) await tree.index(written, true);
}

/** Returns the permissions of files that exist, and the files that a sparse checkout left out. */
async function assertClean(
  tree: WorkingTree,
  changes: readonly FileChange[],
): Promise<{ readonly modes: ReadonlyMap<string, number>; readonly absent: ReadonlySet<string> }> {
  const found = await Promise.all(
    changes.map(async ({ path }) => [path, await fileAt(tree.directory, path)] as const),
  );
  const files = new Map(found);
  const present = [...files].filter(([, file]) => typeof file === 'number').map(([path]) => path);
  const [indexed, hashed] = [await tree.indexed(changes.map(({ path }) => path)), await tree.hashed(present)];
  const missing = changes.filter(({ path }) => files.get(path) === undefined);
  const absent = missing.length === 0 ? new Set<string>() : await tree.sparse(missing);
  const dirty = changes.filter(({ path, before, after }) => {
    const working = files.get(path) === 'other' ? 'other' : hashed.get(path);
    const seen = absent.has(path) ? [indexed.get(path)] : [indexed.get(path), working];
    return seen.some(blob => blob !== before && blob !== after);
  });
  if (dirty.length > 0) throw uncommitted(tree, dirty);
  const modes = [...files].flatMap(([path, file]) =>
    typeof file === 'number' ? [[path, file] as const] : [],
  );
  return { modes: new Map(modes), absent };
}

/** A regular file's permissions; `other` for anything else at the path or above it. */
async function fileAt(directory: string, path: string): Promise<number | 'other' | undefined> {
  for (const part of pathAndAncestors(path)) {
    const stats = await ifPresent(lstat(join(directory, part)));
    if (stats === undefined) return undefined;
    if (part === path) return stats.isFile() ? stats.mode & 0o777 : 'other';
    if (!stats.isDirectory()) return 'other';
  }
  return undefined;
}

function uncommitted(tree: WorkingTree, dirty: readonly FileChange[]): PromoteError {
  const names = dirty.map(({ path }) => JSON.stringify(path));
  const shown = names.length > 10 ? [...names.slice(0, 10), `and ${names.length - 10} more`] : names;
  return new PromoteError(
    'DIRTY',
    `commit in ${tree.directory}: uncommitted changes to ${shown.join(', ')}`,
    {
      hint: 'commit, stash or restore them and run again; nothing was written',
    },
  );
}
