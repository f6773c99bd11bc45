import type { PullRequestSettings } from '../environments/environments.ts';
import type { Forge, PullRequest } from '../forges/forge.ts';
import { CLOSED_BY_US } from './proposal.ts';

/** Closes a pull request unmerged. It is marked first, so that it does not count as declined by a person. */
export async function closePullRequest(
  { pullRequests }: Forge,
  { labels, reviewers, assignees }: Pick<PullRequestSettings, 'labels' | 'reviewers' | 'assignees'>,
  pullRequest: PullRequest,
  reason: string,
): Promise<void> {
  const { title, body, draft } = pullRequest;
  const marked = body.includes(CLOSED_BY_US) ? body : `${body}\n${CLOSED_BY_US}`;
  const content = { title, body: marked, labels, reviewers, assignees, draft };
  await pullRequests.close(await pullRequests.update(pullRequest, content), reason);
}
