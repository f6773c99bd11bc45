import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import type { TreeEntry } from '../git/objects.ts';
import type { GitLab } from './gitlab.ts';

/** A commit's whole content by path, directories included. */
export type Tree = ReadonlyMap<string, TreeEntry>;

/** The trees of a run; each is asked for once, and directories that two commits share are asked for once. */
export interface Trees {
  /** The tree of a commit, by object name. */
  read(commit: string): Promise<Tree>;
  /** One entry of a commit, which costs its directory alone. */
  entry(commit: string, path: string): Promise<TreeEntry | undefined>;
  /** The commit whose tree holds most of these blobs, among those read. */
  holding(blobs: readonly string[]): Promise<string | undefined>;
}

const MOST_KEPT = 8;
const MOST_ENTRIES = 200_000;
/** Unknown directories beside each other, above which everything below is asked for in pages. */
const MOST_WALKED = 4;
const DIRECTORY = '040000';

const ENTRY = z.object({ id: z.string(), path: z.string(), mode: z.string() });

/** Reads trees over the API. */
export function createTrees(gitlab: GitLab): Trees {
  const kept = new Map<string, Promise<Tree>>();
  const listed = new Map<string, Promise<readonly Child[]>>();
  const directories = new Map<string, readonly Child[]>();

  async function list(ref: string, path: string, isRecursive: boolean): Promise<readonly Child[]> {
    const query = {
      ref,
      pagination: 'keyset',
      ...(path && { path }),
      ...(isRecursive && { recursive: true }),
    };
    const ask = { doing: `list ${path || 'the files'} at ${ref}`, path: 'repository/tree', query };
    const entries: Child[] = [];
    for await (const { id, mode, path: where } of gitlab.items(ask, ENTRY, MOST_ENTRIES)) {
      entries.push({ path: where, mode, object: id });
    }
    return entries;
  }

  /** Everything below a directory; `object` is its name, unknown for the root. */
  async function below(ref: string, path: string, object?: string): Promise<readonly Child[]> {
    const known = object === undefined ? undefined : directories.get(object);
    const children = known?.map(child => moved(child, path)) ?? (await list(ref, path, false));
    if (object !== undefined) directories.set(object, children.map(relative));
    const unknown = children.filter(child => child.mode === DIRECTORY && !directories.has(child.object));
    if (unknown.length > MOST_WALKED) return await everything(ref, path);
    const found = [...children];
    for (const child of children) {
      if (child.mode === DIRECTORY) found.push(...(await below(ref, child.path, child.object)));
    }
    return found;
  }

  /** One request for each hundred entries. */
  async function everything(ref: string, path: string): Promise<readonly Child[]> {
    const all = await list(ref, path, true);
    const grouped = Map.groupBy(all, child => directoryOf(child.path));
    for (const child of all) {
      if (child.mode === DIRECTORY)
        directories.set(child.object, (grouped.get(child.path) ?? []).map(relative));
    }
    return all;
  }

  async function readTree(commit: string): Promise<Tree> {
    const all = await (directories.size === 0 ? everything(commit, '') : below(commit, ''));
    return new Map(all.map(({ path, mode, object }) => [path, { mode, object }]));
  }

  return {
    read(commit) {
      assertCommit(commit);
      const tree = kept.get(commit) ?? readTree(commit);
      kept.delete(commit);
      kept.set(commit, tree);
      tree.catch(() => kept.delete(commit));
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return tree;
    },
    async entry(commit, path) {
      const tree = await kept.get(commit);
      if (tree !== undefined) return tree.get(path);
      const directory = directoryOf(path);
      const key = `${commit}:${directory}`;
      const children = listed.get(key) ?? list(commit, directory, false).catch(absent);
      listed.set(key, children);
      return (await children).find(child => child.path === path);
    },
    async holding(blobs) {
      const wanted = new Set(blobs);
      const counted = await Promise.all(
        [...kept].map(async ([commit, tree]) => {
          const there = new Set([...(await tree).values()].map(({ object }) => object));
          return { commit, count: wanted.intersection(there).size };
        }),
      );
      return counted.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count)[0]?.commit;
    },
  };
}

/** Throws `INVALID` for what is no full object name: GitLab would take it for a branch, which moves. */
export function assertCommit(name: string): void {
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(name)) return;
  throw new PromoteError('INVALID', `${JSON.stringify(name)} is not the name of a commit`);
}

interface Child extends TreeEntry {
  readonly path: string;
}

function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function relative(child: Child): Child {
  return { ...child, path: child.path.slice(child.path.lastIndexOf('/') + 1) };
}

function moved(child: Child, directory: string): Child {
  return { ...child, path: directory === '' ? child.path : `${directory}/${child.path}` };
}

/** A directory that is not at that commit has nothing in it. */
function absent(error: unknown): readonly Child[] {
  if (error instanceof PromoteError && error.code === 'NOT_FOUND') return [];
  throw error;
}
