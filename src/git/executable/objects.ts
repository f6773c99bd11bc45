import { PromoteError } from '../../errors.ts';
import type { Keep, Objects, Origin } from '../objects.ts';
import type { TreeEntry } from '../repository.ts';
import { decodeText, mostBytes } from '../text.ts';
import { readHistory, shallowFile } from './history.ts';
import { indexTree } from './index-tree.ts';
import { pathBatches } from './path-batches.ts';
import { readBlobs } from './read-blobs.ts';
import { type GitContext, runGit } from './run.ts';
import { readWorkingFiles } from './working-files.ts';

/** The objects of the repository of `context`. In a checkout, its index and files are read first. */
export function executableObjects(context: GitContext, origin: Origin, isCheckout = false): Objects {
  const { directory } = context;
  const paths = new Map<string, string>();
  const shallow = shallowFile(context);
  // A commit's tree never changes, and a run reads the same tree several times.
  let last: readonly [commit: string, tree: ReadonlyMap<string, TreeEntry>] | undefined;
  return {
    async tree(commit) {
      if (last?.[0] === commit) return last[1];
      await origin.fetchCommit(commit);
      const name = objectName(commit);
      const indexed = isCheckout ? await indexTree(context, name) : undefined;
      const entries = indexed ?? new Map(await listTree(context, '-r', name));
      for (const [path, { object }] of entries) paths.set(object, path);
      last = [commit, entries];
      return entries;
    },
    expect: (commits, what) => origin.fetchCommits(commits.map(objectName), what),
    async read(names, keep?: Keep) {
      const texts = new Map<string, string>();
      const blobs = [...new Set(names.map(objectName))];
      const take = (blob: string, bytes: Buffer) => {
        if (keep?.(bytes.toString('latin1')) ?? true) texts.set(blob, decodeText(blob, bytes, keep));
      };
      const left = isCheckout ? await readWorkingFiles({ directory, paths }, blobs, take) : blobs;
      if (left.length > 0) await readBlobs(context, origin, left, { take, most: mostBytes(keep) });
      return texts;
    },
    async *history(commit, matches, bounds) {
      await origin.fetchHistory(commit);
      yield* readHistory(context, objectName(commit), matches, await shallow(), bounds);
    },
    async entries(commit, paths) {
      await origin.fetchCommit(commit);
      const found: [string, TreeEntry][] = [];
      for (const some of pathBatches(paths)) {
        found.push(...(await listTree(context, '-t', objectName(commit), '--', ...some)));
      }
      return new Map(found);
    },
    write: async commit => await (await import('./write-commit.ts')).writeSignedCommit(context, commit),
  };
}

/** Returns the full name of an object as it is; throws `INVALID` for anything else, such as an option. */
export function objectName(name: string): string {
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name)) return name;
  throw new PromoteError('INVALID', `${JSON.stringify(name)} is not the full name of a Git object`);
}

async function listTree(context: GitContext, ...args: readonly string[]): Promise<[string, TreeEntry][]> {
  const listed = await runGit(context, ['ls-tree', '-z', '--full-tree', ...args]);
  const lines = listed.toString('utf8').split('\0').slice(0, -1);
  return lines.map(line => {
    const tab = line.indexOf('\t');
    const [mode = '', , object = ''] = line.slice(0, tab).split(' ');
    return [line.slice(tab + 1), { mode, object }];
  });
}
