import { PromoteError } from '../../errors.ts';
import type { Comparison } from '../source-changes.ts';
import { commitsBeyond } from './commits.ts';
import { type Forgejo, inPath, isUnseen } from './forgejo.ts';

const MOST = 100;

/**
 * Compares two revisions of a repository of this instance by its full name. `undefined` where the repository or a
 * revision cannot be seen, or `head` does not come after `base`.
 */
export async function compareCommits(
  forgejo: Forgejo,
  { server, path }: { readonly server: string; readonly path: string },
  base: string,
  head: string,
): Promise<Comparison | undefined> {
  const of = inPath(path.replace(/\.git$/, ''));
  try {
    for await (const _ of commitsBeyond(forgejo, { of, to: base, not: head })) return undefined;
    const commits = await Array.fromAsync(commitsBeyond(forgejo, { of, to: head, not: base }));
    const newest = commits.slice(0, MOST).toReversed();
    return {
      url: `${server}/${of}/compare/${inPath(base)}...${inPath(head)}`,
      total: commits.length,
      commits: newest.map(({ commit: { message } }) => ({ subject: message.split('\n', 1)[0] ?? '' })),
    };
  } catch (error) {
    if (isUnseen(error) || (error instanceof PromoteError && error.code === 'TOO_LARGE')) return undefined;
    throw error;
  }
}
