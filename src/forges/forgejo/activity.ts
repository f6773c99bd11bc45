import { z } from 'zod';
import type { Person } from '../forge.ts';
import { ACCOUNT, type Forgejo, isUnseen } from './forgejo.ts';
import { person } from './person.ts';
import { jsonIn } from './timeline.ts';

/** A push to a branch, or its deletion. */
export interface Activity {
  readonly branch: string;
  /** `undefined`: the branch was deleted. */
  readonly commit: string | undefined;
  readonly by: Person | undefined;
  readonly at: Date;
}

/** The most activities that are read, newest first. */
const MOST = 2000;

const ENTRY = z.object({
  op_type: z.string(),
  act_user: ACCOUNT.nullish(),
  ref_name: z.string().nullish(),
  content: z.string().nullish(),
  created: z.string(),
});
const PUSHED = z.object({ HeadCommit: z.object({ Sha1: z.string() }).nullish() });

/**
 * The repository's activity, newest first. Forgejo leaves out people who keep their activity private, and
 * jobs with their own token. Before Forgejo 7 and Gitea 1.20, nothing is listed.
 * https://codeberg.org/api/swagger#/repository/repoListActivityFeeds
 */
export async function* readActivity(forgejo: Forgejo, doing: string): AsyncGenerator<Activity, void> {
  let seen = 0;
  try {
    const ask = { doing, path: 'activities/feeds' };
    for await (const entry of forgejo.items(ask, ENTRY, Number.POSITIVE_INFINITY)) {
      const { op_type, act_user, ref_name, content, created } = entry;
      const branch = (ref_name ?? '').replace(/^refs\/heads\//, '');
      const commit = PUSHED.safeParse(jsonIn(content ?? '')).data?.HeadCommit?.Sha1;
      const at = new Date(created);
      const by = act_user ? person(act_user) : undefined;
      if (op_type === 'commit_repo' && commit) yield { branch, commit, by, at };
      if (op_type === 'delete_branch') yield { branch, commit: undefined, by, at };
      seen += 1;
      if (seen === MOST) return;
    }
  } catch (error) {
    if (!isUnseen(error)) throw error;
  }
}
