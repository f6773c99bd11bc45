import { z } from 'zod';
import { isRefusal } from '../api/refusal.ts';
import type { GitLab } from './gitlab.ts';

const COMMIT = z.object({ id: z.string() });

/** The merge base of two commits; `undefined` where there is none, or where a commit is missing. */
export async function mergeBase(gitlab: GitLab, one: string, other: string): Promise<string | undefined> {
  if (one === other) return one;
  const ask = {
    doing: `find where ${one} left ${other}`,
    path: 'repository/merge_base',
    query: { refs: [one, other] },
  };
  try {
    return (await gitlab.ask(ask, COMMIT)).id;
  } catch (error) {
    if (isRefusal(error, 404)) return undefined;
    throw error;
  }
}
