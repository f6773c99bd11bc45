import { z } from 'zod';
import { rethrowDefect } from '../../errors.ts';
import type { PullRequest } from '../forge.ts';
import { ACCOUNT, type Forgejo } from './forgejo.ts';

/** What happened to a pull request, oldest first. */
export type Event = z.infer<typeof EVENT>;

const EVENT = z.object({
  type: z.string(),
  user: ACCOUNT.nullish(),
  body: z.string().nullish(),
  created_at: z.string(),
});

/**
 * Without a page number, the answer is whole. A page shows neither the count nor left-out comments, as in
 * `issue_comment.go` of Forgejo. https://codeberg.org/api/swagger#/issue/issueGetCommentsAndTimeline
 */
export async function readTimeline(
  forgejo: Forgejo,
  { number }: Pick<PullRequest, 'number'>,
): Promise<readonly Event[]> {
  const ask = { doing: `read what happened to #${number}`, path: `issues/${number}/timeline` };
  return (await forgejo.ask(ask, z.array(EVENT).nullable())) ?? [];
}

const PUSH = z.object({
  is_force_push: z.boolean().default(false),
  commit_ids: z.array(z.string()).nullish(),
});

/** The commits of a push to an open pull request, oldest first; of a forced one those before and after. */
export interface Push {
  readonly pusher: Event['user'];
  readonly isForced: boolean;
  readonly commits: readonly [string, ...string[]];
}

/** The pushes among the events. */
export function pushesIn(events: readonly Event[]): readonly Push[] {
  return events.flatMap(({ type, user, body }): readonly Push[] => {
    if (type !== 'pull_push') return [];
    const read = PUSH.safeParse(jsonIn(body ?? ''));
    const [first, ...others] = read.data?.commit_ids ?? [];
    if (first === undefined) return [];
    return [{ pusher: user, isForced: read.data?.is_force_push === true, commits: [first, ...others] }];
  });
}

/** A JSON text's value; `undefined` where the text is not JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
