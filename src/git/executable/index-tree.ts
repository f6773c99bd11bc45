import { type BigIntStats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeEntry } from '../repository.ts';
import { type GitContext, tryGit } from './run.ts';

/** For an index of fewer bytes (some hundred files), listing the tree is as fast. */
const SMALL = 64 * 1024;

/**
 * A commit's tree, read from the checkout's index: the index is one file, but a tree has an object per
 * directory. `undefined` where the index differs from the commit, or may have changed meanwhile.
 */
export async function indexTree(
  context: GitContext,
  commit: string,
): Promise<ReadonlyMap<string, TreeEntry> | undefined> {
  const before = indexFile(context);
  if (before === undefined || before.size < SMALL) return undefined;
  // `:/` is pathspec magic, not a literal path.
  const magic = { ...context, env: { ...context.env, GIT_LITERAL_PATHSPECS: undefined } };
  const [listed, compared] = await Promise.all([tryGit(magic, LIST), tryGit(context, [...COMPARE, commit])]);
  const after = indexFile(context);
  const isOne = before.mtimeNs === after?.mtimeNs && before.ino === after.ino && before.size === after.size;
  if (listed.code !== 0 || compared.code !== 0 || !isOne) return undefined;
  return treeOf(listed.stdout.toString('utf8'));
}

/** Entries of `ls-files --stage -z`: a mode of six digits, an object's name, a stage, and the path. */
function treeOf(listed: string): ReadonlyMap<string, TreeEntry> {
  const tree = new Map<string, TreeEntry>();
  let start = 0;
  for (let end = listed.indexOf('\0'); end >= 0; end = listed.indexOf('\0', start)) {
    const tab = listed.indexOf('\t', start);
    // The stage is one digit, between spaces.
    const object = listed.slice(start + MODE + 1, tab - 2);
    tree.set(listed.slice(tab + 1, end), { mode: listed.slice(start, start + MODE), object });
    start = end + 1;
  }
  return tree;
}

const MODE = 6;

/** Lists all files with paths from the checkout's root, whatever directory Git runs in. */
const LIST: readonly string[] = ['ls-files', '--stage', '-z', '--full-name', '--', ':/'];
/** Its exit code shows a difference. Intent-to-add entries and submodules count, whatever is configured. */
const COMPARE: readonly string[] = [
  'diff-index',
  '--cached',
  '--quiet',
  '--no-ext-diff',
  '--ita-visible-in-index',
  '--ignore-submodules=none',
];

/** `undefined` in a linked worktree, whose index is elsewhere: its tree is listed instead. */
function indexFile({ directory }: GitContext): BigIntStats | undefined {
  return statSync(join(directory, '.git', 'index'), { bigint: true, throwIfNoEntry: false });
}
