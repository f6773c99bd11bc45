import { PromoteError } from '../../errors.ts';
import { regularMode } from '../../git/objects.ts';
import type { HistoryBounds, HistoryEntry } from '../../git/repository.ts';
import { changeOf } from '../api/change-of.ts';
import type { Tree } from '../api/directories.ts';
import { assertObjectName } from '../api/kept-trees.ts';
import { createWalkEnd } from '../api/walk-end.ts';
import { diffTrees } from './diff-trees.ts';
import type { GitHub } from './github.ts';
import type { Trees } from './trees.ts';

/** A commit as the walk needs it. */
interface Commit {
  readonly parents: readonly string[];
  readonly tree: string;
  readonly date: Date;
  readonly author: string;
  readonly message: string;
}

/** A commit that changed anything, and its parent. */
interface Step extends Commit {
  readonly name: string;
  readonly parent: string | undefined;
  readonly before: string | undefined;
}

const PAGE = 100;
/** Commits that are compared one by one, since many walks end there; later ones are compared together. */
const FEW = 5;
const TOGETHER = 99;
const NOTHING: Tree = new Map();

/**
 * Walks first parents as they are consumed: a request reads about a hundred commits, and some read what they
 * changed. The first few commits need a tree each. GitHub lists all ancestors by date, so side branches
 * lengthen its pages. `oldest` may end the walk.
 */
export async function* readHistory(
  github: GitHub,
  trees: Trees,
  start: string,
  matches: (path: string) => boolean,
  { oldest }: HistoryBounds = {},
): AsyncGenerator<HistoryEntry, void> {
  let [steps, walked]: [Step[], number] = [[], 0];
  for await (const step of walk(github, start, oldest)) {
    walked += 1;
    steps.push(step);
    if (walked > FEW && steps.length < TOGETHER) continue;
    yield* await entriesOf(github, trees, steps, matches);
    steps = [];
  }
  yield* await entriesOf(github, trees, steps, matches);
}

/** The commits along first parents that changed anything. */
async function* walk(
  github: GitHub,
  start: string,
  oldest?: () => Promise<Date | undefined>,
): AsyncGenerator<Step> {
  assertObjectName(start);
  const commits = createCommits(github);
  const mayEnd = createWalkEnd(oldest);
  for (let name: string | undefined = start; name !== undefined; ) {
    const commit = await commits(name);
    const [parent] = commit.parents;
    const before = parent === undefined ? undefined : (await commits(parent)).tree;
    if (commit.tree !== before) yield { ...commit, name, parent, before };
    name = (await mayEnd(commit.date)) ? undefined : parent;
  }
}

async function entriesOf(
  github: GitHub,
  trees: Trees,
  steps: readonly Step[],
  matches: (path: string) => boolean,
): Promise<readonly HistoryEntry[]> {
  const pairs = steps.map(({ before, tree }) => ({ before, after: tree }));
  const together = steps.length > 1 ? await diffTrees(github, pairs, matches) : undefined;
  const all = together ?? (await compareWhole(trees, steps, matches));
  return steps.flatMap(({ name, date, author, message }, index) => {
    const changes = (all[index] ?? []).toSorted((one, other) => (one.path < other.path ? -1 : 1));
    return changes.length === 0 ? [] : [{ commit: name, date, author, message, changes }];
  });
}

async function compareWhole(
  trees: Trees,
  steps: readonly Step[],
  matches: (path: string) => boolean,
): Promise<readonly HistoryEntry['changes'][]> {
  const changes: HistoryEntry['changes'][] = [];
  for (const { name, parent } of steps) {
    // Trees are read by commits' names: GitHub makes archives of commits, and none of trees.
    const older = parent === undefined ? NOTHING : await trees.read(parent);
    changes.push(compare(older, await trees.read(name), matches));
  }
  return changes;
}

/** Reads commits with their parents, a page of a hundred at a time. */
export function createCommits(github: GitHub): (name: string) => Promise<Commit> {
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
    return old === fresh ? [] : [changeOf(path, old, fresh)];
  });
}

function regularBlob(tree: Tree, path: string): string | undefined {
  const entry = tree.get(path);
  return regularMode(entry?.mode) === undefined ? undefined : entry?.object;
}
