import { z } from 'zod';
import type { Person, PullRequest, PushedHead } from '../forge.ts';
import type { Commits } from './commits.ts';
import { ACCOUNT, type GitLab } from './gitlab.ts';
import { person } from './person.ts';
import type { Versions } from './versions.ts';

/** The most pushes that are read, newest first. */
const MOST_PUSHES = 2000;

/** One page of the newest pushes to all branches; those to most merge requests are among them. */
const RECENT = 100;

const EVENT = z.object({
  author: ACCOUNT.nullish(),
  push_data: z.object({ commit_to: z.string().nullish(), ref: z.string().nullish() }).nullish(),
});

/**
 * Reads which commits a merge request's branch pointed at, from its versions. The project's events show who
 * pushed each, also by GitLab's buttons for merges and rebases. Names in commits are unproven.
 */
export function createHeads(
  gitlab: GitLab,
  versions: Versions,
  commits: Commits,
): (mergeRequest: PullRequest) => Promise<readonly PushedHead[]> {
  let recent: Promise<readonly Push[]> | undefined;
  return async ({ number, branch, head, state }) => {
    const listed = (await versions({ number, head })).map(version => version.head);
    // GitLab notices a push only after a while.
    const names = [...new Set(state === 'open' && !listed.includes(head) ? [...listed, head] : listed)];
    recent ??= Array.fromAsync(readPushes(gitlab, RECENT));
    const known = pushersIn(await recent, branch, names);
    const pushers = names.every(name => known.has(name)) ? known : await readPushers(gitlab, branch, names);
    return await Promise.all(
      names.map(async commit => {
        const found = await commits.read(commit);
        return {
          commit,
          pusher: pushers.get(commit),
          message: found?.message,
          parent: found?.parents[0],
        };
      }),
    );
  };
}

/** The account that the token acts as: shown with the merge requests that are read, or else read once. */
export function createViewer(gitlab: GitLab, told: () => Promise<Person | undefined>): () => Promise<Person> {
  let asked: Promise<Person> | undefined;
  return async () => {
    asked ??= told().then(async known => known ?? person(await gitlab.ask(WHO, ACCOUNT)));
    return await asked;
  };
}

const WHO = { doing: 'ask who acts', path: 'user', of: 'instance' } as const;

/** A push of a commit to a branch. */
interface Push {
  readonly branch: string;
  readonly commit: string;
  readonly pusher: Person;
}

async function readPushers(
  gitlab: GitLab,
  branch: string,
  commits: readonly string[],
): Promise<ReadonlyMap<string, Person>> {
  const seen: Push[] = [];
  const isFound = (wanted: string) => seen.some(push => push.branch === branch && push.commit === wanted);
  for await (const push of readPushes(gitlab, MOST_PUSHES)) {
    seen.push(push);
    if (commits.every(isFound)) break;
  }
  return pushersIn(seen, branch, commits);
}

/** Who pushed the commits. The first push of a commit counts, and is listed last. */
function pushersIn(
  pushes: readonly Push[],
  branch: string,
  commits: readonly string[],
): ReadonlyMap<string, Person> {
  const own = pushes.filter(push => push.branch === branch && commits.includes(push.commit));
  return new Map(own.map(({ commit, pusher }) => [commit, pusher]));
}

/** The project's pushes, newest first, read as they are consumed. */
async function* readPushes(gitlab: GitLab, most: number): AsyncGenerator<Push, void> {
  const ask = { doing: 'read who pushed', path: 'events', query: { action: 'pushed' } };
  let seen = 0;
  for await (const { author, push_data } of gitlab.items(ask, EVENT, Number.POSITIVE_INFINITY)) {
    const { commit_to: commit, ref } = push_data ?? {};
    if (author && commit && ref) yield { branch: ref, commit, pusher: person(author) };
    seen += 1;
    if (seen === most) return;
  }
}
