import { PromoteError } from '../../errors.ts';
import type { Objects, Origin } from '../objects.ts';
import type { TreeEntry } from '../repository.ts';
import { importCommit } from './fast-import.ts';
import { readHistory, shallowFile } from './history.ts';
import { pathBatches } from './path-batches.ts';
import { readBlobs } from './read-blobs.ts';
import { type GitContext, runGit } from './run.ts';

/** The objects of the repository that `context` runs in. */
export function executableObjects(context: GitContext, origin: Origin): Objects {
  const shallow = shallowFile(context);
  return {
    async tree(commit) {
      await origin.fetchCommit(commit);
      const listed = await runGit(context, ['ls-tree', '-r', '-z', '--full-tree', objectName(commit)]);
      return new Map(parseTree(listed));
    },
    expect: commits => origin.fetchCommits(commits.map(objectName)),
    read: blobs => readBlobs(context, origin, blobs.map(objectName)),
    async *history(commit, matches) {
      await origin.fetchHistory(commit);
      yield* readHistory(context, objectName(commit), matches, await shallow());
    },
    async entries(commit, paths) {
      await origin.fetchCommit(commit);
      const found: [string, TreeEntry][] = [];
      for (const some of pathBatches(paths)) {
        const args = ['ls-tree', '-t', '-z', '--full-tree', objectName(commit), '--', ...some];
        found.push(...parseTree(await runGit(context, args)));
      }
      return new Map(found);
    },
    write: commit => importCommit(context, commit),
  };
}

/** Returns the full name of an object as it is; throws `INVALID` for anything else, such as an option. */
export function objectName(name: string): string {
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name)) return name;
  throw new PromoteError('INVALID', `${JSON.stringify(name)} is not the full name of a Git object`);
}

function parseTree(listed: Buffer): [string, TreeEntry][] {
  const lines = listed.toString('utf8').split('\0').slice(0, -1);
  return lines.map(line => {
    const tab = line.indexOf('\t');
    const [mode = '', , object = ''] = line.slice(0, tab).split(' ');
    return [line.slice(tab + 1), { mode, object }];
  });
}
