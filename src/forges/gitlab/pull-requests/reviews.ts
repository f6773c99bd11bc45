import { z } from 'zod';
import type { PullRequest, Review } from '../../forge.ts';
import { ACCOUNT } from '../gitlab.ts';
import { reviewer } from '../person.ts';
import type { Version } from '../versions.ts';
import type { MergeRequestParts } from './parts.ts';

const MOST = 1000;

const APPROVALS = z.object({
  approved_by: z.array(z.object({ user: ACCOUNT.nullish(), approved_at: z.string().nullish() })),
});
const NOTE = z.object({
  system: z.boolean(),
  body: z.string(),
  author: ACCOUNT.nullish(),
  created_at: z.string(),
});
const REVIEWER = z.object({ user: ACCOUNT, state: z.string(), created_at: z.string() });

/**
 * Reads each reviewer's latest opinion. An approval names no commit, and counts for the head of the newest
 * version at that time. The reviewer may have seen an older one. A request for changes has no time, and
 * counts for the head until it is withdrawn.
 */
export async function readReviews(
  parts: MergeRequestParts,
  { number, url, head }: PullRequest,
): Promise<readonly Review[]> {
  const { gitlab, members } = parts;
  const path = `merge_requests/${number}`;
  const doing = `read the approvals of !${number}`;
  const { approved_by } = await gitlab.ask({ doing, path: `${path}/approvals` }, APPROVALS);
  const isAgainst = (await parts.looks.together(number))?.isAgainst ?? true;
  const against = isAgainst ? await readAgainst(parts, number) : [];
  const versions = approved_by.length === 0 ? [] : await parts.versions({ number, head });
  const isTimed = approved_by.every(({ approved_at }) => approved_at);
  const noted = isTimed ? new Map<number, string>() : await readApprovalNotes(parts, number);
  const approvals = approved_by
    .filter(({ user }) => !against.some(other => other.user.id === user?.id))
    .map(({ user, approved_at }): Omit<Review, 'canWrite'> => {
      const given = approved_at || (user ? noted.get(user.id) : undefined);
      const at = new Date(given ?? 0);
      const commit = given === undefined ? undefined : headAt(versions, at);
      return { reviewer: reviewer(user), verdict: 'approved', at, url, commit };
    });
  const opinions = [
    ...approvals.toSorted((a, b) => a.at.getTime() - b.at.getTime()),
    ...against.map(({ user, created_at }): Omit<Review, 'canWrite'> => {
      return {
        reviewer: reviewer(user),
        verdict: 'changes-requested',
        commit: head,
        at: new Date(created_at),
        url,
      };
    }),
  ];
  const writers = await members.writers(opinions.map(({ reviewer }) => reviewer.id));
  return opinions.map(opinion => ({ ...opinion, canWrite: writers.has(opinion.reviewer.id) }));
}

/** Who asks for changes; GitLab shows this state only for reviewers. */
async function readAgainst({ gitlab }: MergeRequestParts, iid: number) {
  const ask = { doing: `read the reviewers of !${iid}`, path: `merge_requests/${iid}/reviewers` };
  const reviewers = await Array.fromAsync(gitlab.items(ask, REVIEWER, MOST));
  return reviewers.filter(({ state }) => state === 'requested_changes');
}

/**
 * When each person approved, by the notes that GitLab itself writes: before about 18.4, approvals have no
 * time. https://docs.gitlab.com/api/notes/#list-all-merge-request-notes
 */
async function readApprovalNotes(
  { gitlab }: MergeRequestParts,
  iid: number,
): Promise<ReadonlyMap<number, string>> {
  const query = { activity_filter: 'only_activity', sort: 'asc', order_by: 'created_at' };
  const ask = { doing: `read the notes of !${iid}`, path: `merge_requests/${iid}/notes`, query };
  const times = new Map<number, string>();
  for await (const { system, body, author, created_at } of gitlab.items(ask, NOTE, MOST)) {
    if (!system || !author) continue;
    if (body === 'approved this merge request') times.set(author.id, created_at);
    if (body === 'unapproved this merge request') times.delete(author.id);
  }
  return times;
}

function headAt(versions: readonly Version[], at: Date): string | undefined {
  return versions.findLast(({ madeAt }) => madeAt < at.getTime())?.head;
}
