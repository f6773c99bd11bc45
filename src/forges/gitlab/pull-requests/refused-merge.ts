import { z } from 'zod';
import { isRefusal } from '../../api/refusal.ts';
import { ACCOUNT } from '../gitlab.ts';
import { WRITE } from '../need.ts';
import type { Shown } from './merge-request.ts';
import type { MergeRequestParts } from './parts.ts';
import { writtenText } from './written.ts';

const MOST = 1000;

const NOTE = z.object({ body: z.string(), author: ACCOUNT.nullish() });

/**
 * Whether GitLab refused to merge this very head before, and promote noted it. GitLab's own `merge_error`
 * shows neither: it stays after its cause has ended, and for later heads.
 * https://gitlab.com/gitlab-org/gitlab/-/work_items/33231
 */
export async function wasRefused({ gitlab }: MergeRequestParts, now: Shown, head: string): Promise<boolean> {
  if (!now.user_notes_count) return false;
  const query = { activity_filter: 'only_comments', sort: 'desc', order_by: 'created_at' };
  const path = `merge_requests/${now.iid}/notes`;
  const ask = { doing: `read the notes of !${now.iid}`, path, query };
  for await (const { body, author } of gitlab.items(ask, NOTE, MOST))
    if (author?.id === now.author?.id && body.startsWith(refusalOf(head))) return true;
  return false;
}

/** Notes that GitLab refused the merge, for people and for later runs, which do not request it again. */
export async function noteRefusal(
  { gitlab }: MergeRequestParts,
  iid: number,
  head: string,
  reason: string,
): Promise<void> {
  const said = reason.replace(/[\s`]+/g, ' ').trim();
  const body = `${refusalOf(head)}: \`${said}\`\n\nEnd that, then press Merge, or delete this comment: without it the next run asks again.`;
  const path = `merge_requests/${iid}/notes`;
  const doing = `note the refusal on !${iid}`;
  const write = { doing, method: 'POST', path, body: { body: writtenText(body) }, need: WRITE } as const;
  try {
    await gitlab.ask(write, z.unknown());
  } catch (error) {
    if (!isRefusal(error, 403, 404)) throw error;
    gitlab.notice(`${doing}: ${error.said}`);
  }
}

function refusalOf(head: string): string {
  return `GitLab refused to merge \`${head}\``;
}
