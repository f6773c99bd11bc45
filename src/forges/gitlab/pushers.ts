import { z } from 'zod';
import type { Person } from '../forge.ts';
import { ACCOUNT, type GitLab } from './gitlab.ts';
import { person } from './person.ts';

const MOST = 2000;

const EVENT = z.object({
  author: ACCOUNT.nullish(),
  push_data: z.object({ commit_to: z.string().nullish() }).nullish(),
});

/**
 * Who pushed the commit to a branch, merges and rebases by GitLab's own buttons included; nobody where that is more
 * than two thousand pushes ago. Who authored it is not told: names and addresses in commits are anybody's to write.
 */
export async function pushersOf(gitlab: GitLab, commit: string): Promise<readonly Person[]> {
  const ask = { doing: `read who pushed ${commit}`, path: 'events', query: { action: 'pushed' } };
  let seen = 0;
  for await (const { author, push_data } of gitlab.items(ask, EVENT, Number.POSITIVE_INFINITY)) {
    if (push_data?.commit_to === commit && author) return [person(author)];
    seen += 1;
    if (seen === MOST) break;
  }
  return [];
}
