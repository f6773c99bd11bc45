import { PromoteError } from '../../errors.ts';
import { assertObjectName } from '../api/kept-trees.ts';
import { regularMode } from '../git/objects.ts';
import type { HistoryEntry } from '../repository.ts';
import type { GitHub } from './github.ts';
import type { Tree, Trees } from './trees.ts';

/** A commit as the walk needs it. */
interface Commit {
  readonly parents: readonly string[];
  readonly tree: string;
  readonly date: Date;
  readonly author: string;
  readonly message: string;
}

const PAGE = 100;
const NOTHING: Tree = new Map();

/**
 * Walks first parents and compares whole trees: a request for each commit that changed anything, and one for about a
 * hundred commits, as they are consumed. GitHub lists all ancestors by date, so side branches lengthen its pages.
 */
export async function* readHistory(
  github: GitHub,
  trees: Trees,
  start: string,
  matches: (path: string) => boolean,
): AsyncGenerator<HistoryEntry, void> {
  assertObjectName(start);
  const commits = createCommits(github);
  for (let name: string | undefined = start; name !== undefined; ) {
    const { parents, tree, date, author, message } = await commits(name);
    const [parent] = parents;
    const before = parent === undefined ? undefined : (await commits(parent)).tree;
    if (tree !== before) {
      // By the commits' names, of which GitHub makes archives; of trees it makes none.
      const older = parent === undefined ? NOTHING : await trees.read(parent);
      const changes = compare(older, await trees.read(name), matches);
      if (changes.length > 0) yield { commit: name, date, author, message, changes };
    }
    name = parent;
  }
}

function createCommits(github: GitHub): (name: string) => Promise<Commit> {
  const known = new Map<string, Commit>();
  return async name => {
    if (!known.has(name)) {
      const listed = await github.ask(`read the history of ${name}`, ({ rest }) =>
        rest.repos.listCommits({ ...github.place, sha: name, per_page: PAGE }),
      );
      for (const { sha, parents, commit } of listed) {
        known.set(sha, {
          parents: parents.map(parent => parent.sha),
          tree: commit.tree.sha,
          date: new Date(commit.committer?.date ?? 0),
          author: `${commit.author?.name ?? ''} <${commit.author?.email ?? ''}>`,
          message: commit.message,
        });
      }
    }
    const commit = known.get(name);
    if (commit === undefined)
      throw new PromoteError('NOT_FOUND', `read commit ${name} of ${github.name}: not there`);
    return commit;
  };
}

function compare(before: Tree, after: Tree, matches: (path: string) => boolean): HistoryEntry['changes'] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter(matches).flatMap(path => {
    const [old, fresh] = [regularBlob(before, path), regularBlob(after, path)];
    if (old === fresh) return [];
    return [
      { path, ...(old !== undefined && { before: old }), ...(fresh !== undefined && { after: fresh }) },
    ];
  });
}

function regularBlob(tree: Tree, path: string): string | undefined {
  const entry = tree.get(path);
  return regularMode(entry?.mode) === undefined ? undefined : entry?.object;
}
