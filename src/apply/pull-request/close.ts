import type { PullRequest } from '../../forges/pull-requests.ts';
import { CLOSED_BY_US } from './proposal.ts';
import type { Scene } from './scene.ts';

/** Closes a pull request unmerged, and marks it first, so that nobody takes it for declined. */
export async function closePullRequest(
  { environment, forge: { pullRequests } }: Pick<Scene, 'environment' | 'forge'>,
  pullRequest: PullRequest,
  reason: string,
): Promise<void> {
  const { title, body, draft } = pullRequest;
  const { labels, reviewers, assignees } = environment.pullRequest;
  const marked = body.includes(CLOSED_BY_US) ? body : `${body}\n${CLOSED_BY_US}`;
  const content = { title, body: marked, labels, reviewers, assignees, draft };
  await pullRequests.close(await pullRequests.update(pullRequest, content), reason);
}
