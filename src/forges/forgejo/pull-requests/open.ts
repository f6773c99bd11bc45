import { PromoteError } from '../../../errors.ts';
import { isRefusal } from '../../api/refusal.ts';
import type { PullRequest, PullRequestContent } from '../../forge.ts';
import { WRITE } from '../need.ts';
import { applyContent, updateContent } from './content.ts';
import { findPullRequest } from './find.ts';
import { labelIds } from './labels.ts';
import type { PullRequestParts } from './parts.ts';
import { PULL_REQUEST } from './pull-request.ts';
import { written } from './written.ts';

/**
 * Opens a pull request. Where a faster run opened one, updates that one to the content. Assignees and
 * requests for review take further requests; until then its body is `unfinished`.
 */
export async function openPullRequest(
  parts: PullRequestParts,
  branch: string,
  base: string,
  content: PullRequestContent,
  unfinished = content.body,
): Promise<PullRequest> {
  const { forgejo } = parts;
  const { title, labels, reviewers, assignees, draft } = content;
  const body = [reviewers, assignees].flat().length === 0 ? content.body : unfinished;
  const ids = await labelIds(forgejo, labels);
  const made = {
    head: branch,
    base,
    ...written({ title, body }, draft),
    ...(ids.length > 0 && { labels: ids }),
  };
  const ask = { doing: `open a pull request from ${branch}`, path: 'pulls', body: made, need: WRITE };
  try {
    const shown = await forgejo.ask({ ...ask, method: 'POST' }, PULL_REQUEST);
    return await applyContent(parts, shown, content, true);
  } catch (error) {
    if (!isRefusal(error, 409)) throw error;
    const found = await findPullRequest(forgejo, branch, base);
    if (found?.state === 'open') return await updateContent(parts, found.number, content);
    throw new PromoteError('BRANCH_MOVED', `${error.message}, yet none is open`, {
      hint: 'it was closed in this moment: run again',
    });
  }
}
