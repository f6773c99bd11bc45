import { z } from 'zod';
import { isRefusal } from '../api/refusal.ts';
import { type Forgejo, isUnseen } from './forgejo.ts';

/** A commit as Forgejo shows it. */
export type Commit = z.infer<typeof COMMIT>;

const SIGNATURE = z.object({ name: z.string(), email: z.string(), date: z.string() });

export const COMMIT = z.object({
  sha: z.string(),
  parents: z.array(z.object({ sha: z.string() })).nullish(),
  commit: z.object({ message: z.string(), author: SIGNATURE, committer: SIGNATURE }),
  files: z.array(z.object({ filename: z.string() })).nullish(),
});

/** Parts of a commit that are not requested: each costs the instance a run of Git. */
const BARE = { stat: false, verification: false, files: false } as const;

const MOST = 100_000;

/**
 * The commits in the history of one commit and not of the other, newest first. `of` is another repository of
 * the instance. Forgejo's comparison accepts only names of branches; this request accepts commits.
 */
export async function* commitsBeyond(
  forgejo: Forgejo,
  { of, to, not }: { readonly of?: string | undefined; readonly to: string; readonly not: string },
): AsyncGenerator<Commit, void> {
  const doing = `list the commits of ${to} that are not of ${not}`;
  const below = (path: string) =>
    of === undefined ? { path } : ({ path: `repos/${of}/${path}`, of: 'instance' } as const);
  try {
    const query = { sha: to, not, ...BARE };
    yield* forgejo.items({ doing, query, ...below('commits') }, COMMIT, MOST);
  } catch (error) {
    // Forgejo fails without a reason where the other commit is missing. This request shows the reason.
    if (isRefusal(error, 500))
      await forgejo.tell({ doing, query: BARE, ...below(`git/commits/${encodeURIComponent(not)}`) });
    throw error;
  }
}

/** One commit; `undefined` where it cannot be read. */
export async function readCommit(forgejo: Forgejo, commit: string): Promise<Commit | undefined> {
  try {
    const ask = { doing: `read commit ${commit}`, path: `git/commits/${commit}`, query: BARE };
    return await forgejo.ask(ask, COMMIT);
  } catch (error) {
    if (isUnseen(error)) return undefined;
    throw error;
  }
}
