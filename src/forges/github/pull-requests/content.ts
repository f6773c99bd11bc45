import { missingNames, unwantedAmong } from '../../api/missing-names.ts';
import { isRefusal } from '../../api/refusal.ts';
import type { PullRequest, PullRequestContent } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import { asPullRequest, type Shown } from './pull-request.ts';
import { requestReviews } from './request-reviews.ts';

/** Reads a pull request and writes only what differs from the content. */
export async function updateContent(
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
 * Writes the content that a pull request lacks, its text last. Labels, assignees and reviewers that people
 * added stay. `isNew`: nobody can have reviewed it yet.
 */
export async function applyContent(
  github: GitHub,
  current: Shown,
  content: PullRequestContent,
  isNew = false,
): Promise<PullRequest> {
  const { number } = current;
  const pullRequest = asPullRequest(current);
  const { title, body } = content;
  const labels = missingNames(
    content.labels,
    current.labels.map(({ name }) => name),
  );
  if (labels.length > 0) {
    await github.ask(`label #${number}`, ({ rest }) =>
      rest.issues.addLabels({ ...github.place, issue_number: number, labels }),
    );
  }
  for (const name of unwantedAmong(
    content.unwanted,
    current.labels.map(label => label.name),
  ))
    await takeLabel(github, number, name);
  await assign(github, current, content.assignees);
  await requestReviews(github, current, content.reviewers, isNew);
  if (pullRequest.title !== title.trim() || pullRequest.body !== body.replaceAll('\r\n', '\n')) {
    await github.ask(`update #${number}`, ({ rest }) =>
      rest.pulls.update({ ...github.place, pull_number: number, title, body }),
    );
  }
  return { ...pullRequest, title: title.trim(), body };
}

async function takeLabel(github: GitHub, number: number, name: string): Promise<void> {
  try {
    await github.ask(`take the label ${name} from #${number}`, ({ rest }) =>
      rest.issues.removeLabel({ ...github.place, issue_number: number, name }),
    );
  } catch (error) {
    // Somebody else removed it meanwhile.
    if (!isRefusal(error, 404)) throw error;
  }
}

/** GitHub silently leaves out people whom it cannot assign. */
async function assign(github: GitHub, current: Shown, wanted: readonly string[]): Promise<void> {
  const { number } = current;
  const loginsOf = ({ assignees }: Pick<Shown, 'assignees'>) => (assignees ?? []).map(({ login }) => login);
  const assignees = missingNames(wanted, loginsOf(current));
  if (assignees.length === 0) return;
  const answered = await github.ask(`assign #${number}`, ({ rest }) =>
    rest.issues.addAssignees({ ...github.place, issue_number: number, assignees }),
  );
  for (const name of missingNames(assignees, loginsOf(answered)))
    github.notice(`#${number}: ${name} cannot be assigned`);
}
