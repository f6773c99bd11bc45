import pLimit from 'p-limit';
import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import { DIRECTORY } from '../../git/objects.ts';
import type { GitRepository } from '../../git/open.ts';
import type { TreeEntry } from '../../git/repository.ts';
import type { GitTransport } from '../api/git-transport.ts';
import { type KeptTrees, keepTrees } from '../api/kept-trees.ts';
import type { GitLab } from './gitlab.ts';

/** A commit's whole content by path, directories included. */
export type Tree = ReadonlyMap<string, TreeEntry>;

/** The trees of a run by commit; a directory that two commits share is read once. */
export interface Trees extends KeptTrees<TreeEntry> {
  /** Names commits that are read soon; if they are many, they are fetched together over Git. */
  expect(commits: readonly string[]): void;
  /** One entry of a commit; only its directory is read. */
  entry(commit: string, path: string): Promise<TreeEntry | undefined>;
  /** Whether the last commit that was read is one page; then another one costs one request. */
  isSmall(): boolean;
}

const MOST_ENTRIES = 200_000;
/** From this many commits on, their trees cost more over the API than one fetch. */
const WORTH_GIT = 4;
const MOST_PROGRAMS = 4;
/** With more unknown directories on one level, everything below is read in pages. */
const MOST_WALKED = 4;
/** Entries of a page, which `GitLab.items` asks for. */
const PAGE = 100;

const ENTRY = z.object({ id: z.string(), path: z.string(), mode: z.string() });

/** Reads trees over the API, or over Git for many expected commits, if Git is there. */
export function createTrees(gitlab: GitLab, git?: Pick<GitTransport, 'repository'>): Trees {
  const expected = new Set<string>();
  const overGit = git && createGitTrees(git);
  const listed = new Map<string, Promise<readonly Child[]>>();
  const directories = new Map<string, readonly Child[]>();
  /** Whether a whole commit was one page: another one costs one request, but its directories one each. */
  let isSmall = false;

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

  /** Everything below a directory; `object` is its name, or `undefined` for the root. */
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

  /** Reads everything below a path, a hundred entries a request. */
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
    const fetched = expected.has(commit) ? await overGit?.(commit, expected) : undefined;
    if (fetched !== undefined) return fetched;
    const isWhole = directories.size === 0 || isSmall;
    const all = await (isWhole ? everything(commit, '') : below(commit, ''));
    isSmall = all.length < PAGE;
    return new Map(all.map(({ path, mode, object }) => [path, { mode, object }]));
  }

  const kept = keepTrees(readTree);
  return {
    ...kept,
    isSmall: () => isSmall,
    expect(commits) {
      if (commits.length >= WORTH_GIT) for (const commit of commits) expected.add(commit);
    },
    async entry(commit, path) {
      const tree = await kept.known(commit);
      if (tree !== undefined) return tree.get(path);
      const directory = directoryOf(path);
      const key = `${commit}:${directory}`;
      const children = listed.get(key) ?? list(commit, directory, false).catch(absent);
      listed.set(key, children);
      return (await children).find(child => child.path === path);
    },
  };
}

/** Fetches all expected commits when first needed; `undefined` where Git fails, as without rights. */
function createGitTrees(git: Pick<GitTransport, 'repository'>) {
  const atOnce = pLimit(MOST_PROGRAMS);
  let fetched: Promise<GitRepository | undefined> | undefined;
  const fetch = async (commits: ReadonlySet<string>) => {
    try {
      const repository = await git.repository();
      await repository.expect([...commits]);
      return repository;
    } catch (error) {
      if (!(error instanceof PromoteError) || error.code === 'CANCELLED') throw error;
      return undefined;
    }
  };
  return async (commit: string, expected: ReadonlySet<string>): Promise<Tree | undefined> => {
    fetched ??= fetch(expected);
    const repository = await fetched;
    return repository && (await atOnce(() => repository.tree(commit)));
  };
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
