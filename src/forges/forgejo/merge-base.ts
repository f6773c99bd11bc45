import { assertObjectName } from '../api/kept-trees.ts';
import { isRefusal } from '../api/refusal.ts';
import { type Commit, commitsBeyond, readCommit } from './commits.ts';
import type { Forgejo } from './forgejo.ts';

/**
 * The merge base of two commits; `undefined` if there is none, or if a commit is missing. Forgejo's API does
 * not show it. It is the newest parent of one side's own commits that the other side has too.
 */
export async function mergeBase(forgejo: Forgejo, one: string, other: string): Promise<string | undefined> {
  for (const name of [one, other]) assertObjectName(name);
  if (one === other) return one;
  try {
    const alone = await Array.fromAsync(commitsBeyond(forgejo, { to: one, not: other }));
    if (alone.length === 0) return one;
    const names = new Set(alone.map(({ sha }) => sha));
    const parents = alone.flatMap(({ parents }) => parents ?? []).map(({ sha }) => sha);
    const shared = [...new Set(parents)].filter(sha => !names.has(sha));
    if (shared.length < 2) return shared[0];
    const read = await Promise.all(shared.map(sha => readCommit(forgejo, sha)));
    const [newest] = read.filter(commit => commit !== undefined).toSorted((a, b) => dateOf(b) - dateOf(a));
    return newest?.sha;
  } catch (error) {
    if (isRefusal(error, 404)) return undefined;
    throw error;
  }
}

function dateOf({ commit }: Commit): number {
  return Date.parse(commit.committer.date);
}
