import { PromoteError } from '../../errors.ts';
import type { TreeEntry } from '../git/objects.ts';
import type { GitHub } from './github.ts';

/** A commit's or tree's whole content by path, directories included. */
export type Tree = ReadonlyMap<string, TreeEntry & { readonly size: number | undefined }>;

/** The trees of a run; each is asked for once. */
export interface Trees {
  /** The tree of a commit, or a tree, by object name. */
  read(object: string): Promise<Tree>;
  /** The object whose tree holds most of these blobs, among those read. */
  holding(blobs: readonly string[]): Promise<string | undefined>;
}

const MOST_KEPT = 8;
const MOST_SUBTREES = 2000;

/** Reads whole trees by one request each, or subtree by subtree where GitHub cuts the answer off. */
export function createTrees(github: GitHub): Trees {
  const kept = new Map<string, Promise<Tree>>();
  return {
    read(object) {
      assertObjectName(object);
      const tree = kept.get(object) ?? readTree(github, object);
      kept.delete(object);
      kept.set(object, tree);
      tree.catch(() => kept.delete(object));
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return tree;
    },
    async holding(blobs) {
      const wanted = new Set(blobs);
      const counted = await Promise.all(
        [...kept].map(async ([object, tree]) => {
          const there = new Set([...(await tree).values()].map(entry => entry.object));
          return { object, count: wanted.intersection(there).size };
        }),
      );
      return counted.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count)[0]?.object;
    },
  };
}

/** Throws `INVALID` for what is no full object name: GitHub would take it for a branch, which moves. */
export function assertObjectName(name: string): void {
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(name)) return;
  throw new PromoteError('INVALID', `${JSON.stringify(name)} is not the name of a commit`);
}

type Entry = Tree extends ReadonlyMap<string, infer Value> ? readonly [path: string, entry: Value] : never;

async function readTree(github: GitHub, object: string): Promise<Tree> {
  let asked = 0;

  async function entriesOf(name: string): Promise<readonly Entry[]> {
    asked += 1;
    if (asked > MOST_SUBTREES) throw tooLarge(github, object);
    const whole = await ask(github, name, true);
    if (!whole.truncated) return whole.entries;
    const direct = await ask(github, name, false);
    if (direct.truncated) throw tooLarge(github, object);
    const found = [...direct.entries];
    for (const [directory, entry] of direct.entries) {
      if (entry.mode !== DIRECTORY) continue;
      for (const [path, below] of await entriesOf(entry.object)) found.push([`${directory}/${path}`, below]);
    }
    return found;
  }

  return new Map(await entriesOf(object));
}

const DIRECTORY = '040000';

async function ask(github: GitHub, object: string, isRecursive: boolean) {
  const { tree, truncated } = await github.ask(`list ${object}`, ({ rest }) =>
    rest.git.getTree({ ...github.place, tree_sha: object, ...(isRecursive && { recursive: 'true' }) }),
  );
  const entries = tree.map(({ path, mode, sha, size }): Entry => [path, { mode, object: sha, size }]);
  return { entries, truncated };
}

function tooLarge(github: GitHub, root: string): PromoteError {
  return new PromoteError('TOO_LARGE', `list ${root} of ${github.name}: GitHub cuts off its directories`, {
    hint: 'name the deployment repository by a Git URL with `forge: git`, which reads it by a clone',
  });
}
