import type { PullRequest } from '../../forge.ts';
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
      return await asPullRequest(parts, shown);
    }
  }
  return undefined;
}
