import { z } from 'zod';
import type { ApprovalComments, Comment, PullRequest } from '../../forge.ts';
import { ACCOUNT } from '../gitlab.ts';
import { reviewer } from '../person.ts';
import type { MergeRequestParts } from './parts.ts';

const MOST = 1000;

const NOTE = z.object({
  id: z.number(),
  type: z.string().nullish(),
  body: z.string(),
  author: ACCOUNT.nullish(),
  created_at: z.string(),
  updated_at: z.string(),
  system: z.boolean(),
  imported: z.boolean().default(false),
});

/**
 * Comments of merge requests, without imported ones. Their times are exact to the millisecond, and an edit
 * changes the second time. A reply changes it too, and makes a thread; comments of threads count as edited.
 * GitLab takes a line that begins with `/promote` for its own quick action, and drops it.
 * https://docs.gitlab.com/api/notes/ https://docs.gitlab.com/user/project/quick_actions/
 */
export function createApprovalComments(parts: MergeRequestParts): ApprovalComments {
  return {
    command: 'promote: approve',
    read: pullRequest => readComments(parts, pullRequest),
    writers: people => parts.members.writers(people.map(({ id }) => id)),
  };
}

async function readComments(
  { gitlab }: MergeRequestParts,
  { number, url }: PullRequest,
): Promise<readonly Comment[]> {
  const query = { activity_filter: 'only_comments', sort: 'asc', order_by: 'created_at' };
  const ask = { doing: `read the notes of !${number}`, path: `merge_requests/${number}/notes`, query };
  const notes = await Array.fromAsync(gitlab.items(ask, NOTE, MOST));
  return notes
    .filter(({ system, imported }) => !system && !imported)
    .map(({ id, type, body, author, created_at, updated_at }) => ({
      author: reviewer(author),
      text: body,
      isChanged: Boolean(type) || updated_at !== created_at,
      at: new Date(created_at),
      url: `${url}#note_${id}`,
    }));
}
