import { isRefusal } from '../api/refusal.ts';
import type { Person } from '../forge.ts';
import type { GitHub } from './github.ts';
import { person } from './person.ts';

const MOST = 100;

/**
 * Who authored, committed or pushed a commit. Names in a commit are its writer's claim, so whoever moved a branch to it
 * is asked of the repository's activity, as far as that goes back and the server has it.
 */
export async function pushersOf(github: GitHub, commit: string): Promise<readonly Person[]> {
  const [[listed], actors] = await Promise.all([
    github.ask(`read commit ${commit}`, ({ rest }) =>
      rest.repos.listCommits({ ...github.place, sha: commit, per_page: 1 }),
    ),
    actorsOf(github, commit),
  ]);
  const named = [listed?.author, listed?.committer].flatMap(account => {
    const isAccount = typeof account?.id === 'number' && typeof account.login === 'string';
    return isAccount ? [person({ id: account.id, login: account.login })] : [];
  });
  return [...new Map([...named, ...actors].map(one => [one.id, one])).values()];
}

async function actorsOf(github: GitHub, commit: string): Promise<readonly Person[]> {
  try {
    const activities = await github.ask(`read who pushed ${commit}`, ({ rest }) =>
      rest.repos.listActivities({ ...github.place, per_page: MOST }),
    );
    return activities
      .filter(({ after, actor }) => after === commit && actor)
      .map(({ actor }) => person(actor));
  } catch (error) {
    // Older Enterprise Servers have no such list.
    if (isRefusal(error, 404)) return [];
    throw error;
  }
}
