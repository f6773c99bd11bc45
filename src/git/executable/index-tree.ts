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
): Promise<[string, TreeEntry][] | undefined> {
  const before = indexFile(context);
  if (before === undefined || before.size < SMALL) return undefined;
  // `:/` is pathspec magic, not a literal path.
  const magic = { ...context, env: { ...context.env, GIT_LITERAL_PATHSPECS: undefined } };
  const [listed, compared] = await Promise.all([tryGit(magic, LIST), tryGit(context, [...COMPARE, commit])]);
  const after = indexFile(context);
  const isOne = before.mtimeNs === after?.mtimeNs && before.ino === after.ino && before.size === after.size;
  if (listed.code !== 0 || compared.code !== 0 || !isOne) return undefined;
  const entries = listed.stdout.toString('utf8').split('\0').slice(0, -1);
  return entries.map(entry => {
    const tab = entry.indexOf('\t');
    const [mode = '', object = ''] = entry.slice(0, tab).split(' ');
    return [entry.slice(tab + 1), { mode, object }];
  });
}

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
