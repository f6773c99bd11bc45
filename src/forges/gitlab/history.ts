import { z } from 'zod';
import { regularMode } from '../../git/objects.ts';
import type { HistoryBounds, HistoryEntry } from '../../git/repository.ts';
import { changeOf } from '../api/change-of.ts';
import { assertObjectName } from '../api/kept-trees.ts';
import { createWalkEnd } from '../api/walk-end.ts';
import type { GitLab } from './gitlab.ts';
import type { Tree, Trees } from './trees.ts';

const MOST_COMMITS = 100_000;
const MOST_DIFFS = 100_000;
/** GitLab silently leaves out files beyond its administrator's limit, which is at least this many. */
const SURE_DIFFS = 1000;

const COMMIT = z.object({
  id: z.string(),
  parent_ids: z.array(z.string()).default([]),
  message: z.string(),
  author_name: z.string(),
  author_email: z.string(),
  committed_date: z.string(),
});
const DIFF = z.object({ old_path: z.string(), new_path: z.string() });

type Commit = z.infer<typeof COMMIT>;
type Change = HistoryEntry['changes'][number];

/**
 * Walks first parents as they are consumed. A request reads a hundred commits, one what each changed, and one
 * each directory in which a change matches. GitLab shows no blobs, so they are looked up in the commits'
 * trees. A tree of one page also shows the changes. `oldest` may end the walk.
 */
export async function* readHistory(
  gitlab: GitLab,
  trees: Trees,
  start: string,
  matches: (path: string) => boolean,
  { oldest, below: directory = '' }: HistoryBounds = {},
): AsyncGenerator<HistoryEntry, void> {
  assertObjectName(start);
  const mayEnd = createWalkEnd(oldest);
  // Each path's blob below the commits seen so far. A path that none of them changed has its blob at `start`.
  const below = new Map<string, string | undefined>();
  const query = { ref_name: start, first_parent: true, ...(directory !== '' && { path: directory }) };
  const ask = { doing: `read the history of ${start}`, path: 'repository/commits', query };
  for await (const commit of gitlab.items(ask, COMMIT, MOST_COMMITS)) {
    const paths = (await changedPaths(gitlab, trees, commit)).filter(matches);
    const changes: Change[] = [];
    for (const path of paths) {
      const after = below.has(path) ? below.get(path) : blobIn(await trees.read(start), path);
      const [parent] = commit.parent_ids;
      const before = parent === undefined ? undefined : regular(await trees.entry(parent, path));
      below.set(path, before);
      if (before !== after) changes.push(changeOf(path, before, after));
    }
    if (changes.length > 0) yield entryOf(commit, changes);
    if (await mayEnd(new Date(commit.committed_date))) return;
  }
}

/** The paths that a commit changed against its first parent; a rename changes two. */
async function changedPaths(
  gitlab: GitLab,
  trees: Trees,
  { id, parent_ids }: Commit,
): Promise<readonly string[]> {
  if (trees.isSmall()) return await comparedPaths(trees, id, parent_ids);
  const path = `repository/commits/${id}/diff`;
  const paths: string[] = [];
  for await (const diff of gitlab.items({ doing: `read what ${id} changed`, path }, DIFF, MOST_DIFFS)) {
    paths.push(diff.old_path, diff.new_path);
  }
  return paths.length < 2 * SURE_DIFFS ? [...new Set(paths)] : await comparedPaths(trees, id, parent_ids);
}

async function comparedPaths(
  trees: Trees,
  id: string,
  [parent]: readonly string[],
): Promise<readonly string[]> {
  const before: Tree = parent === undefined ? new Map() : await trees.read(parent);
  const after = await trees.read(id);
  const all = [...new Set([...before.keys(), ...after.keys()])];
  return all.filter(path => before.get(path)?.object !== after.get(path)?.object);
}

function entryOf(commit: Commit, changes: readonly Change[]): HistoryEntry {
  const { id, committed_date, author_name, author_email, message } = commit;
  const author = `${author_name} <${author_email}>`;
  return { commit: id, date: new Date(committed_date), author, message, changes };
}

function blobIn(tree: Tree, path: string): string | undefined {
  return regular(tree.get(path));
}

function regular(entry: { readonly mode: string; readonly object: string } | undefined): string | undefined {
  return regularMode(entry?.mode) === undefined ? undefined : entry?.object;
}
