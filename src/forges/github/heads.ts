import { createBatch } from '../api/batch.ts';
import { isRefusal } from '../api/refusal.ts';
import type { Person, PullRequest, PushedHead } from '../forge.ts';
import type { GitHub } from './github.ts';
import { readObjects } from './objects.ts';
import { person } from './person.ts';

/** The newest moves of all branches; those of most pull requests are among them. */
const RECENT = 100;

/** The most moves of one branch that are read. */
const MOST = 1000;

/** One move of a branch. */
interface Move {
  readonly ref: string;
  readonly commit: string;
  readonly at: number;
  readonly pusher: Person | undefined;
}

interface Commit {
  readonly message: string;
  readonly parents: { readonly nodes: readonly { readonly oid: string }[] };
}

/**
 * Reads which commits a pull request's branch pointed at since the opening, from the repository's activity.
 * Names in commits are only their authors' claims. A server without that list shows nothing.
 * https://docs.github.com/en/rest/repos/repos#list-repository-activities
 */
export function createHeads(github: GitHub): (pullRequest: PullRequest) => Promise<readonly PushedHead[]> {
  const commits = createBatch(
    async (name: string) => (await readCommits(github, [name])).get(name),
    async names => await readCommits(github, names),
  );
  let recent: Promise<readonly Move[]> | undefined;
  return async pullRequest => {
    const ref = `refs/heads/${pullRequest.branch}`;
    const known = recent && lifeOf(await recent, pullRequest, RECENT);
    const newest = known ? undefined : readMoves(github, undefined, RECENT);
    recent = newest ?? recent;
    const life =
      known ??
      (newest && lifeOf(await newest, pullRequest, RECENT)) ??
      lifeOf(await readMoves(github, ref, MOST), pullRequest, MOST) ??
      [];
    return await Promise.all(
      life.map(async ({ commit, pusher }) => {
        const read = await commits(commit);
        return { commit, pusher, message: read?.message, parent: read?.parents.nodes[0]?.oid };
      }),
    );
  };
}

async function readCommits(github: GitHub, names: readonly string[]): Promise<ReadonlyMap<string, Commit>> {
  const fields = '... on Commit { message parents(first: 1) { nodes { oid } } }';
  return await readObjects<Commit>(github, names, fields);
}

/**
 * The moves of the pull request's branch, oldest first, from the commit that it was opened with. `undefined`
 * where the list does not reach back so far, or is outdated.
 */
function lifeOf(
  moves: readonly Move[],
  { branch, head, state, openedAt }: PullRequest,
  bound: number,
): readonly Move[] | undefined {
  const own = moves.filter(({ ref }) => ref === `refs/heads/${branch}`);
  if (state === 'open' && own[0]?.commit !== head) return undefined;
  const opening = own.findIndex(({ at }) => at <= openedAt.getTime());
  if (opening < 0 && moves.length >= bound) return undefined;
  return (opening < 0 ? own : own.slice(0, opening + 1)).toReversed();
}

async function readMoves(github: GitHub, ref: string | undefined, most: number): Promise<readonly Move[]> {
  try {
    const listed = await github.pages(`read who pushed${ref === undefined ? '' : ` ${ref}`}`, most, client =>
      client.paginate.iterator(client.rest.repos.listActivities, {
        ...github.place,
        ...(ref !== undefined && { ref }),
        per_page: 100,
      }),
    );
    return listed
      .filter(({ after }) => !/^0+$/.test(after))
      .map(({ ref: moved, after, timestamp, actor }) => ({
        ref: moved,
        commit: after,
        at: Date.parse(timestamp),
        pusher: actor ? person(actor) : undefined,
      }));
  } catch (error) {
    if (isRefusal(error, 404)) return [];
    throw error;
  }
}
