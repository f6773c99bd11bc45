import { regularMode } from '../../git/objects.ts';
import type { HistoryBounds, HistoryEntry, Repository } from '../../git/repository.ts';
import { changeOf } from '../api/change-of.ts';
import type { Tree } from '../api/directories.ts';
import { assertObjectName } from '../api/kept-trees.ts';
import { createWalkEnd } from '../api/walk-end.ts';
import { type Commit, createCommits } from './commits.ts';
import { diffTrees, type KnownTrees } from './diff-trees.ts';
import type { GitHub } from './github.ts';
import type { Trees } from './trees.ts';

/** A commit that changed anything, and its parent. */
interface Step extends Commit {
  readonly name: string;
  readonly parent: string | undefined;
  readonly before: string | undefined;
}

/** Commits that are compared one by one, since many walks end there; later ones are compared together. */
const FEW = 5;
const TOGETHER = 99;
const NOTHING: Tree = new Map();

/**
 * Walks first parents as they are consumed: a request reads about a hundred commits, and some read what they
 * changed. The first few commits need a tree each. GitHub lists all ancestors by date, so side branches
 * lengthen its pages. `oldest` may end the walk.
 */
export function createHistory(github: GitHub, trees: Trees): Repository['history'] {
  const commits = createCommits(github);
  const parts = { github, trees, commits, known: new Map() };
  return (...asked) => readHistory(parts, ...asked);
}

/** What walks share: several groups walk the same commits. */
interface Parts {
  readonly github: GitHub;
  readonly trees: Trees;
  readonly commits: (name: string) => Promise<Commit>;
  readonly known: KnownTrees;
}

async function* readHistory(
  parts: Parts,
  start: string,
  matches: (path: string) => boolean,
  { oldest }: HistoryBounds = {},
): AsyncGenerator<HistoryEntry, void> {
  let [steps, walked]: [Step[], number] = [[], 0];
  for await (const step of walk(parts, start, oldest)) {
    walked += 1;
    steps.push(step);
    if (walked > FEW && steps.length < TOGETHER) continue;
    yield* await entriesOf(parts, steps, matches);
    steps = [];
  }
  yield* await entriesOf(parts, steps, matches);
}

/** The commits along first parents that changed anything. */
async function* walk(
  { commits }: Parts,
  start: string,
  oldest?: () => Promise<Date | undefined>,
): AsyncGenerator<Step> {
  assertObjectName(start);
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
  { github, trees, known }: Parts,
  steps: readonly Step[],
  matches: (path: string) => boolean,
): Promise<readonly HistoryEntry[]> {
  const pairs = steps.map(({ before, tree }) => ({ before, after: tree }));
  const together = steps.length > 1 ? await diffTrees(github, known, pairs, matches) : undefined;
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
