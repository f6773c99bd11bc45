import { z } from 'zod';
import type { Person, PullRequest, PushedHead } from '../forge.ts';
import { ACCOUNT, type GitLab, isUnseen } from './gitlab.ts';
import { person } from './person.ts';
import type { Versions } from './versions.ts';

/** The newest pushes that are looked through. */
const MOST_PUSHES = 2000;

const EVENT = z.object({
  author: ACCOUNT.nullish(),
  push_data: z.object({ commit_to: z.string().nullish(), ref: z.string().nullish() }).nullish(),
});
const COMMIT = z.object({ message: z.string(), parent_ids: z.array(z.string()).default([]) });

/**
 * Reads what a merge request's branch pointed at, from its versions, and who pushed each, merges and rebases by
 * GitLab's own buttons included, from the project's events: names and addresses in commits are anybody's to write.
 */
export function createHeads(
  gitlab: GitLab,
  versions: Versions,
): (mergeRequest: PullRequest) => Promise<readonly PushedHead[]> {
  const commits = new Map<string, Promise<z.infer<typeof COMMIT> | undefined>>();
  const read = (commit: string) => {
    const known = commits.get(commit) ?? readCommit(gitlab, commit);
    commits.set(commit, known);
    return known;
  };
  return async ({ number, branch, head, state }) => {
    const listed = (await versions({ number, head })).map(version => version.head);
    // GitLab follows a branch only after a while.
    const names = [...new Set(state === 'open' && !listed.includes(head) ? [...listed, head] : listed)];
    const pushers = await readPushers(gitlab, branch, names);
    return await Promise.all(
      names.map(async commit => {
        const found = await read(commit);
        return {
          commit,
          pusher: pushers.get(commit),
          message: found?.message,
          parent: found?.parent_ids[0],
        };
      }),
    );
  };
}

/** Whom the token acts as, asked once. */
export function createViewer(gitlab: GitLab): () => Promise<Person> {
  let asked: Promise<Person> | undefined;
  return async () => {
    asked ??= gitlab.ask({ doing: 'ask who acts', path: 'user', of: 'instance' }, ACCOUNT).then(person);
    return await asked;
  };
}

async function readPushers(
  gitlab: GitLab,
  branch: string,
  commits: readonly string[],
): Promise<ReadonlyMap<string, Person>> {
  const ask = { doing: `read who pushed ${branch}`, path: 'events', query: { action: 'pushed' } };
  const found = new Map<string, Person>();
  let seen = 0;
  for await (const { author, push_data } of gitlab.items(ask, EVENT, Number.POSITIVE_INFINITY)) {
    const commit = push_data?.commit_to;
    // The first push that brought a commit there is the oldest, which is listed last.
    if (author && commit && push_data.ref === branch && commits.includes(commit))
      found.set(commit, person(author));
    seen += 1;
    if (seen === MOST_PUSHES || commits.every(wanted => found.has(wanted))) break;
  }
  return found;
}

async function readCommit(gitlab: GitLab, commit: string): Promise<z.infer<typeof COMMIT> | undefined> {
  try {
    return await gitlab.ask({ doing: `read commit ${commit}`, path: `repository/commits/${commit}` }, COMMIT);
  } catch (error) {
    if (isUnseen(error)) return undefined;
    throw error;
  }
}
