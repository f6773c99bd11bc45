import { z } from 'zod';
import type { PullRequest } from '../../forge.ts';
import type { GitLab } from '../gitlab.ts';
import { asPullRequest, MERGE_REQUEST } from './merge-request.ts';
import type { MergeRequestParts } from './parts.ts';

const MOST = 1000;

/** The newest merge request from the project's own branch into the base, whatever its state. */
export async function findMergeRequest(
  parts: MergeRequestParts,
  branch: string,
  base: string,
): Promise<PullRequest | undefined> {
  const query = {
    source_branch: branch,
    target_branch: base,
    state: 'all',
    order_by: 'created_at',
    sort: 'desc',
    per_page: 20,
  };
  const ask = { doing: `find the merge request from ${branch}`, path: 'merge_requests', query };
  for await (const shown of parts.gitlab.items(ask, MERGE_REQUEST, MOST)) {
    // A fork's branch may have the same name.
    const isOwn = shown.source_project_id === shown.target_project_id;
    if (isOwn && shown.source_branch === branch && shown.target_branch === base) {
      const found = await asPullRequest(parts, shown);
      return found.state === 'closed' ? { ...found, closing: await closingOf(parts.gitlab, found) } : found;
    }
  }
  return undefined;
}

const DELETION = z.object({
  action_name: z.string().nullish(),
  created_at: z.string(),
  push_data: z.object({ ref: z.string().nullish() }).nullish(),
});

/** The most pushes that are read, newest first. */
const MOST_PUSHES = 500;

/**
 * GitLab closes a merge request in the name of whoever deletes its branch, a moment later.
 * https://docs.gitlab.com/api/events/#list-all-visible-events-for-a-project
 */
async function closingOf(
  gitlab: GitLab,
  { number, branch, openedAt, endedAt, closedBy }: PullRequest,
): Promise<PullRequest['closing']> {
  if (closedBy !== undefined && BOT.test(closedBy.name)) return 'bot';
  if (endedAt === undefined) return undefined;
  const day = (days: number) => new Date(endedAt.getTime() + days * DAY).toISOString().slice(0, 10);
  const query = { action: 'pushed', after: day(-2), before: day(2) };
  const ask = { doing: `read how !${number} was closed`, path: 'events', query };
  for await (const { action_name, created_at, push_data } of gitlab.items(ask, DELETION, MOST_PUSHES)) {
    const at = new Date(created_at);
    const isDeletion = action_name === 'deleted' && push_data?.ref === branch;
    if (isDeletion && at >= openedAt && at <= endedAt) return 'branch';
  }
  return undefined;
}

const DAY = 86_400_000;

/** https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects and service accounts */
const BOT = /^(?:(?:project|group)_\d+_bot|service_account_)/;
