import { type BigIntStats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeEntry } from '../repository.ts';
import { type GitContext, tryGit } from './run.ts';

/** Below this many bytes, some hundred files, a tree is listed as fast. */
const SMALL = 64 * 1024;

/**
 * A commit's tree as the checkout's index has it. The index is read in one piece, where each directory of a tree is
 * an object of its own. `undefined` where the index is of another tree, or is not sure to be of this one.
 */
export async function indexTree(
  context: GitContext,
  commit: string,
): Promise<[string, TreeEntry][] | undefined> {
  const before = indexFile(context);
  if (before === undefined || before.size < SMALL) return undefined;
  // `:/` is more than a name.
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

/** Whatever the directory below the checkout's root: paths start at the root. */
const LIST: readonly string[] = ['ls-files', '--stage', '-z', '--full-name', '--', ':/'];
/** By exit code: what is only intended to be added, and submodules whatever is set for them, count too. */
const COMPARE: readonly string[] = [
  'diff-index',
  '--cached',
  '--quiet',
  '--no-ext-diff',
  '--ita-visible-in-index',
  '--ignore-submodules=none',
];

/** A linked worktree has its index elsewhere, and is listed by its tree. */
function indexFile({ directory }: GitContext): BigIntStats | undefined {
  return statSync(join(directory, '.git', 'index'), { bigint: true, throwIfNoEntry: false });
}
