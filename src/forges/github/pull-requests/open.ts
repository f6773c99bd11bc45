import { PromoteError } from '../../../errors.ts';
import { isRefusal } from '../../api/refusal.ts';
import type { PullRequest, PullRequestContent } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import { whenSeen } from '../when-seen.ts';
import { applyContent, updateContent } from './content.ts';
import { findPullRequest } from './find.ts';

/**
 * Opens a pull request. Where a faster run opened one, updates that one to the content. Labels and requests
 * for review take further requests; until then its body is `unfinished`.
 */
export async function openPullRequest(
  github: GitHub,
  branch: string,
  base: string,
  content: PullRequestContent,
  unfinished = content.body,
): Promise<PullRequest> {
  const { title, labels, reviewers, assignees } = content;
  const body = [labels, reviewers, assignees].flat().length === 0 ? content.body : unfinished;
  const create = (draft: boolean) =>
    whenSeen(
      () =>
        github.ask(`open a pull request from ${branch}`, ({ rest }) =>
          rest.pulls.create({ ...github.place, head: branch, base, title, body, draft }),
        ),
      ({ said }) => /head invalid/i.test(said),
    );
  try {
    const made = await create(content.draft).catch(async error => {
      if (!content.draft || !isRefusal(error, 422) || !/draft/i.test(error.said)) throw error;
      const opened = await create(false);
      github.notice('drafts are not supported here: the pull request was opened for review');
      return opened;
    });
    await github.noticeJobToken();
    return await applyContent(github, made, content, true);
  } catch (error) {
    if (!isRefusal(error, 422) || !/already exists/i.test(error.said)) throw error;
    const found = await findPullRequest(github, branch, base);
    if (found?.state === 'open') return await updateContent(github, found.number, content);
    throw new PromoteError('BRANCH_MOVED', `${error.message}, yet none is open`, {
      hint: 'it was closed in this moment: run again',
    });
  }
}
