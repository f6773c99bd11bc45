import { PromoteError } from '../../../errors.ts';
import { isRefusal } from '../../api/refusal.ts';
import type { PullRequest, PullRequestContent } from '../../forge.ts';
import { WRITE } from '../need.ts';
import { accounts, updateContent } from './content.ts';
import { findMergeRequest } from './find.ts';
import { asPullRequest, MERGE_REQUEST } from './merge-request.ts';
import type { MergeRequestParts } from './parts.ts';
import { written } from './written.ts';

/** Opens a merge request. Where a faster run opened one, updates that one to the content. */
export async function openMergeRequest(
  parts: MergeRequestParts,
  branch: string,
  base: string,
  content: PullRequestContent,
): Promise<PullRequest> {
  const { gitlab } = parts;
  const body = {
    source_branch: branch,
    target_branch: base,
    ...written(content, content.draft),
    ...(content.labels.length > 0 && { labels: content.labels }),
    ...(await people(parts, 'reviewer_ids', content.reviewers)),
    ...(await people(parts, 'assignee_ids', content.assignees)),
  };
  const doing = `open a merge request from ${branch}`;
  try {
    const shown = await gitlab.ask(
      { doing, method: 'POST', path: 'merge_requests', body, need: WRITE },
      MERGE_REQUEST,
    );
    // GitLab has just read the branch, so this head is the newest.
    const { sha } = shown;
    const head = sha ? async (known = '') => ({ branch: known, commit: sha }) : parts.head;
    return await asPullRequest({ ...parts, head }, shown);
  } catch (error) {
    if (!isRefusal(error, 409)) throw error;
    const found = await findMergeRequest(parts, branch, base);
    if (found?.state === 'open') return await updateContent(parts, found, content);
    throw new PromoteError('BRANCH_MOVED', `${error.message}, yet none is open`, {
      hint: 'it was closed in this moment: run again',
    });
  }
}

async function people(
  parts: MergeRequestParts,
  key: 'reviewer_ids' | 'assignee_ids',
  names: readonly string[],
) {
  const found = await accounts(parts, names);
  return found.length > 0 ? { [key]: found.map(({ id }) => id) } : {};
}
