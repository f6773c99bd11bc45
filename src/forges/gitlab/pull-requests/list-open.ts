import type { PullRequest } from '../../forge.ts';
import { asPullRequest, MERGE_REQUEST, type Shown } from './merge-request.ts';
import type { MergeRequestParts } from './parts.ts';

const MOST = 1000;

/**
 * The open merge requests into the base from the project's own branches under the prefix, among the newest thousand.
 */
export async function listOpenMergeRequests(
  parts: MergeRequestParts,
  prefix: string,
  base: string,
): Promise<readonly PullRequest[]> {
  const query = { target_branch: base, state: 'opened', order_by: 'created_at', sort: 'desc' };
  const ask = { doing: `list the merge requests into ${base}`, path: 'merge_requests', query };
  const found: Shown[] = [];
  let seen = 0;
  for await (const shown of parts.gitlab.items(ask, MERGE_REQUEST, Number.POSITIVE_INFINITY)) {
    // A fork's branch may have the same name.
    const isOwn = shown.source_project_id === shown.target_project_id;
    if (isOwn && shown.source_branch.startsWith(prefix)) found.push(shown);
    seen += 1;
    if (seen === MOST) break;
  }
  const heads = found.length > 1 ? await parts.branchHeads(prefix) : new Map<string, string>();
  const head: MergeRequestParts['head'] = async (branch = '') => {
    const commit = heads.get(branch);
    return commit === undefined ? await parts.head(branch) : { branch, commit };
  };
  const open = await Promise.all(found.map(shown => asPullRequest({ ...parts, head }, shown)));
  parts.looks.expect(open.map(({ number }) => number));
  parts.expectTrees(open.map(one => one.head));
  return open;
}
