import { isRefusal } from '../../api/refusal.ts';
import type { PullRequest, PullRequestContent } from '../../pull-requests.ts';
import type { GitHub } from '../github.ts';
import { missingNames } from './missing-names.ts';
import { asPullRequest, type Shown } from './pull-request.ts';
import { requestReviews } from './request-reviews.ts';

/** Reads a pull request and writes only what differs from the content. */
export async function bringToContent(
  github: GitHub,
  number: number,
  content: PullRequestContent,
): Promise<PullRequest> {
  const current = await github.ask(`read #${number}`, ({ rest }) =>
    rest.pulls.get({ ...github.place, pull_number: number }),
  );
  return await applyContent(github, current, content);
}

/**
 * Writes what of the content a pull request lacks, its text last; labels, assignees and reviewers that people added
 * stay.
 */
export async function applyContent(
  github: GitHub,
  current: Shown,
  content: PullRequestContent,
): Promise<PullRequest> {
  const { number } = current;
  const { place } = github;
  const pullRequest = asPullRequest(current);
  const { title, body } = content;
  const labels = missingNames(
    content.labels,
    current.labels.map(({ name }) => name),
  );
  if (labels.length > 0) {
    await github.ask(`label #${number}`, ({ rest }) =>
      rest.issues.addLabels({ ...place, issue_number: number, labels }),
    );
  }
  await assign(github, current, content.assignees);
  await requestReviews(github, current, content.reviewers);
  if (pullRequest.title !== title.trim() || pullRequest.body !== body.replaceAll('\r\n', '\n')) {
    await github.ask(`update #${number}`, ({ rest }) =>
      rest.pulls.update({ ...place, pull_number: number, title, body }),
    );
  }
  return { ...pullRequest, title: title.trim(), body };
}

/** GitHub leaves out, without a word, whom it cannot assign: they would be tried again by every run. */
async function assign(
  github: GitHub,
  { number, assignees }: Shown,
  wanted: readonly string[],
): Promise<void> {
  const accepted: string[] = [];
  const there = (assignees ?? []).map(({ login }) => login);
  for (const assignee of missingNames(wanted, there)) {
    try {
      await github.ask(`ask whether ${assignee} can be assigned`, ({ rest }) =>
        rest.issues.checkUserCanBeAssigned({ ...github.place, assignee }),
      );
      accepted.push(assignee);
    } catch (error) {
      if (!isRefusal(error, 403, 404)) throw error;
      const why = error.status === 403 ? `: ${error.hint}` : '';
      github.notice(`#${number}: ${assignee} cannot be assigned${why}`);
    }
  }
  if (accepted.length === 0) return;
  await github.ask(`assign #${number}`, ({ rest }) =>
    rest.issues.addAssignees({ ...github.place, issue_number: number, assignees: accepted }),
  );
}
