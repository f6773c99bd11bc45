import type { Person, PullRequest, PushedHead } from '../forge.ts';
import { readActivity } from './activity.ts';
import { type Commit, readCommit } from './commits.ts';
import { ACCOUNT, type Forgejo } from './forgejo.ts';
import { ACTIONS, person } from './person.ts';
import { pushesIn, readTimeline } from './timeline.ts';

/** A commit that a pull request's branch pointed at. */
interface Moved {
  readonly commit: string;
  readonly pusher: Person | undefined;
}

/**
 * Reads which commits a pull request's branch pointed at, and who pushed them. Pushes to an open one are in
 * its timeline; the first commit is in the repository's activity. Names in commits are unproven.
 */
export function createHeads(forgejo: Forgejo): (pullRequest: PullRequest) => Promise<readonly PushedHead[]> {
  const commits = new Map<string, Promise<Commit | undefined>>();
  const read = (commit: string) => {
    const known = commits.get(commit) ?? readCommit(forgejo, commit);
    commits.set(commit, known);
    return known;
  };

  async function movesOf(pullRequest: PullRequest): Promise<readonly Moved[]> {
    const { head, state } = pullRequest;
    const pushes = pushesIn(await readTimeline(forgejo, pullRequest));
    const later = pushes.map(({ commits, pusher }) => ({
      commit: commits.at(-1) ?? commits[0],
      pusher: pusher ? person(pusher) : undefined,
    }));
    const [oldest] = pushes;
    const before = oldest?.isForced
      ? oldest.commits[0]
      : (await read(oldest?.commits[0] ?? ''))?.parents?.[0]?.sha;
    const first = await openedWith(forgejo, pullRequest, {
      commit: oldest === undefined ? head : before,
      isSure: oldest?.isForced === true,
      later: later.map(({ commit }) => commit),
    });
    const listed = [...first, ...later];
    // Forgejo records a push only after a while.
    const isBehind = state === 'open' && listed.at(-1)?.commit !== head;
    return isBehind ? [...listed, { commit: head, pusher: undefined }] : listed;
  }

  return async pullRequest =>
    await Promise.all(
      (await movesOf(pullRequest)).map(async ({ commit, pusher }) => {
        const found = await read(commit);
        return { commit, pusher, message: found?.commit.message, parent: found?.parents?.[0]?.sha };
      }),
    );
}

interface Opening {
  /** The commit before the first push, or the head; it is a guess, unless that push was forced. */
  readonly commit: string | undefined;
  readonly isSure: boolean;
  readonly later: readonly string[];
}

/** The commit that a pull request was opened with, and who had pushed it. */
async function openedWith(
  forgejo: Forgejo,
  { branch, openedAt }: PullRequest,
  { commit, isSure, later }: Opening,
): Promise<readonly Moved[]> {
  for await (const { branch: moved, commit: pushed, by, at } of readActivity(
    forgejo,
    `read who pushed ${branch}`,
  )) {
    if (moved !== branch || pushed === undefined || later.includes(pushed)) continue;
    // A push in the same second as the opening may have come before it.
    if (isSure ? pushed === commit : at <= openedAt) return [{ commit: pushed, pusher: by }];
  }
  return commit === undefined ? [] : [{ commit, pusher: undefined }];
}

/** The account that the token acts as, read once; a job's token acts as the same account everywhere. */
export function createViewer(forgejo: Forgejo): () => Promise<Person> {
  let asked: Promise<Person> | undefined;
  return async () => {
    if (forgejo.tokenKind === 'job') return ACTIONS;
    const need = { scopes: 'read:user', role: 'is active' };
    asked ??= forgejo
      .ask({ doing: 'ask who acts', path: 'user', of: 'instance', need }, ACCOUNT)
      .then(person);
    return await asked;
  };
}
