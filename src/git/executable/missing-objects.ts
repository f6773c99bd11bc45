import { type GitContext, runGit } from './run.ts';

/** The named objects, all of one kind, that are not in this repository. Nothing is fetched, even in a partial clone. */
export async function missingObjects(
  context: GitContext,
  kind: 'blob' | 'commit',
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  // In a partial clone `cat-file` fetches each missing object by a request of its own; where it may not, it fails.
  const contents = kind === 'blob' ? ['--objects', '--no-object-names'] : [];
  const args = ['rev-list', ...contents, '--no-walk', '--ignore-missing', '--missing=allow-any', '--stdin'];
  const listed = await runGit(context, args, names.map(name => `${name}\n`).join(''));
  const present = new Set(listed.toString().split('\n'));
  return names.filter(name => !present.has(name));
}
