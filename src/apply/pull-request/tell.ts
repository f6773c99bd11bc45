import type { PullRequest } from '../../forges/pull-requests.ts';
import { bodyMark, pullRequestContent, type Telling, titleOf } from './content.ts';
import { CLOSED_BY_US } from './proposal.ts';
import { branchOf, type Scene } from './scene.ts';

/** Opens the group's pull request, or brings an open one up to date; leaves alone one that tells the same already. */
export async function tell(
  scene: Scene,
  telling: Telling,
  open: PullRequest | undefined,
): Promise<PullRequest> {
  const { base, forge } = scene;
  const { decision } = telling;
  const title = titleOf(scene, decision) ?? open?.title ?? '';
  const isTold = open?.body.includes(bodyMark(scene, telling)) && !open.body.includes(CLOSED_BY_US);
  if (open?.title === title && isTold) return open;
  const content = await pullRequestContent(scene, telling, title);
  if (open === undefined) {
    return await forge.pullRequests.open(branchOf(scene, decision.group), base.branch, content);
  }
  return await forge.pullRequests.update(open, { ...content, draft: open.draft });
}
