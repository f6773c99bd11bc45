import { DIRECTORY, regularMode } from '../../git/objects.ts';
import type { HistoryEntry } from '../../git/repository.ts';
import { changeOf } from '../api/change-of.ts';
import type { GitHub } from './github.ts';
import { readObjects } from './objects.ts';

/** A tree before and after a commit; `before` is `undefined` for a first commit. */
export interface TreePair {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Trees by name, as far as they were read. */
export type KnownTrees = Map<string, Tree>;

type Change = HistoryEntry['changes'][number];

/** The most trees that are read of one level; with more, reading whole trees is cheaper. */
const MOST_TREES = 500;

/** Beyond this, trees are forgotten. */
const MOST_KNOWN = 10_000;

/**
 * The changes of many commits to files that match, read level by level of their trees in a few requests.
 * `undefined` where trees are too many or GitHub does not show them: then whole trees are compared.
 */
export async function diffTrees(
  github: GitHub,
  known: KnownTrees,
  pairs: readonly TreePair[],
  matches: (path: string) => boolean,
): Promise<readonly (readonly Change[])[] | undefined> {
  const changes = pairs.map((): Change[] => []);
  let level = pairs.map((pair, index): Directory => ({ ...pair, index, path: '' }));
  while (level.length > 0) {
    const names = new Set(
      level.flatMap(({ before, after }) => [before, after]).filter(name => name !== undefined),
    );
    if (names.size > MOST_TREES) return undefined;
    const trees = await readTrees(github, known, names);
    if (trees.size < names.size) return undefined;
    const differing = level.flatMap(directory => differences(trees, directory));
    for (const { index, path, before, after } of differing) {
      const [old, fresh] = [blobOf(before), blobOf(after)];
      if (old !== fresh && matches(path)) changes[index]?.push(changeOf(path, old, fresh));
    }
    level = differing.flatMap(({ index, path, before, after }): readonly Directory[] => {
      const [old, fresh] = [treeOf(before), treeOf(after)];
      return old === fresh ? [] : [{ index, path: `${path}/`, before: old, after: fresh }];
    });
  }
  return changes;
}

/** Several groups walk the same commits, whose trees are read once. */
async function readTrees(
  github: GitHub,
  known: KnownTrees,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Tree>> {
  const there = [...names].flatMap(name => {
    const tree = known.get(name);
    return tree === undefined ? [] : [[name, tree] as const];
  });
  const trees = new Map(there);
  const missing = [...names].filter(name => !trees.has(name));
  const read = await readObjects<Tree>(github, missing, '... on Tree { entries { name mode oid } }');
  if (known.size > MOST_KNOWN) known.clear();
  for (const [name, tree] of read) {
    trees.set(name, tree);
    known.set(name, tree);
  }
  return trees;
}

/** A directory whose content differs; `path` ends in a slash, except for the root's. */
interface Directory extends TreePair {
  /** The index of the pair that it belongs to. */
  readonly index: number;
  readonly path: string;
}

interface Tree {
  readonly entries: readonly Entry[];
}

interface Entry {
  readonly name: string;
  /** Git's mode as a number. */
  readonly mode: number;
  readonly oid: string;
}

interface Difference {
  readonly index: number;
  readonly path: string;
  readonly before: Entry | undefined;
  readonly after: Entry | undefined;
}

function differences(
  trees: ReadonlyMap<string, Tree>,
  { index, path, before, after }: Directory,
): readonly Difference[] {
  const [old, fresh] = [before, after].map(
    name => new Map((trees.get(name ?? '')?.entries ?? []).map(entry => [entry.name, entry])),
  );
  const names = new Set([...(old?.keys() ?? []), ...(fresh?.keys() ?? [])]);
  return [...names]
    .map(name => ({ index, path: `${path}${name}`, before: old?.get(name), after: fresh?.get(name) }))
    .filter(pair => pair.before?.oid !== pair.after?.oid || pair.before?.mode !== pair.after?.mode);
}

function treeOf(entry: Entry | undefined): string | undefined {
  return entry && modeOf(entry) === DIRECTORY ? entry.oid : undefined;
}

function blobOf(entry: Entry | undefined): string | undefined {
  return entry && regularMode(modeOf(entry)) !== undefined ? entry.oid : undefined;
}

function modeOf({ mode }: Entry): string {
  return mode.toString(8).padStart(6, '0');
}
