import { isRefusal } from '../api/refusal.ts';
import type { GitHub } from './github.ts';

/** The merge base of two commits; `undefined` where there is none, or where a commit is missing. */
export async function mergeBase(github: GitHub, one: string, other: string): Promise<string | undefined> {
  try {
    const { merge_base_commit } = await github.ask(`find where ${one} and ${other} part`, ({ rest }) =>
      rest.repos.compareCommitsWithBasehead({ ...github.place, basehead: `${one}...${other}`, per_page: 1 }),
    );
    return merge_base_commit.sha;
  } catch (error) {
    if (isRefusal(error, 404, 422)) return undefined;
    throw error;
  }
}
