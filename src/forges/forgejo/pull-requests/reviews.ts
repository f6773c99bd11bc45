import { z } from 'zod';
import type { PullRequest, Review } from '../../forge.ts';
import { ACCOUNT, type Forgejo } from '../forgejo.ts';
import { reviewer } from '../person.ts';
import type { PullRequestParts } from './parts.ts';

const MOST = 2000;

const REVIEW = z.object({
  id: z.number(),
  user: ACCOUNT.nullish(),
  state: z.string(),
  commit_id: z.string().nullish(),
  official: z.boolean().default(false),
  dismissed: z.boolean().default(false),
  submitted_at: z.string(),
  html_url: z.string(),
});

type Given = z.infer<typeof REVIEW>;

/** The states that are an opinion or end one: a new request for a review ends the opinion before. */
const OPINIONS: readonly string[] = ['APPROVED', 'REQUEST_CHANGES', 'REQUEST_REVIEW'];

/**
 * Reads each reviewer's latest opinion, with the commit that the reviewer saw. An approval counts only if it
 * is `official`: the reviewer may write, and is on the branch's list of approvers, if it has one. `stale` is
 * not used: it only says that the changes of that commit and of the head differ.
 */
export async function readReviews(
  { forgejo, permissions }: PullRequestParts,
  { number }: PullRequest,
): Promise<readonly Review[]> {
  const latest = new Map<number, Given>();
  for (const review of await listReviews(forgejo, number)) {
    if (!review.user || !OPINIONS.includes(review.state)) continue;
    latest.delete(review.user.id);
    latest.set(review.user.id, review);
  }
  const opinions = [...latest.values()].filter(({ state }) => state !== 'REQUEST_REVIEW');
  return await Promise.all(
    opinions.map(async ({ user, state, commit_id, official, dismissed, submitted_at, html_url }) => {
      const by = reviewer(user);
      const given = state === 'APPROVED' ? 'approved' : 'changes-requested';
      return {
        reviewer: by,
        verdict: dismissed ? 'dismissed' : given,
        commit: commit_id || undefined,
        at: new Date(submitted_at),
        url: html_url,
        // Where the permission may not be read, `official` shows that the reviewer could write then.
        canWrite: official && ((await permissions.writes(by)) ?? true),
      } as const;
    }),
  );
}

/** All reviews, oldest first. */
export async function listReviews(forgejo: Forgejo, number: number): Promise<readonly Given[]> {
  const ask = { doing: `read the reviews of #${number}`, path: `pulls/${number}/reviews` };
  const reviews = await Array.fromAsync(forgejo.items(ask, REVIEW, MOST));
  return reviews.toSorted((a, b) => a.id - b.id);
}
