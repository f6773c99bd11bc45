import type { PullRequestSettings } from '../environments/environments.ts';
import type { Forge, PullRequest } from '../forges/forge.ts';
import { CLOSED_BY_US } from './proposal.ts';

type Content = Pick<PullRequestSettings, 'labels' | 'reviewers' | 'assignees'>;

/** Closes a pull request unmerged. It is marked first, so that it does not count as declined by a person. */
export async function closePullRequest(
  forge: Forge,
  settings: Content,
  pullRequest: PullRequest,
  reason: string,
): Promise<void> {
  await forge.pullRequests.close(await markAsOurs(forge, settings, pullRequest), reason);
}

/** Marks a pull request as one that promote has ended. */
export async function markAsOurs(
  { pullRequests }: Forge,
  { labels, reviewers, assignees }: Content,
  pullRequest: PullRequest,
): Promise<PullRequest> {
  const { title, body, draft } = pullRequest;
  const marked = body.includes(CLOSED_BY_US) ? body : `${body}\n${CLOSED_BY_US}`;
  return await pullRequests.update(pullRequest, { title, body: marked, labels, reviewers, assignees, draft });
}
