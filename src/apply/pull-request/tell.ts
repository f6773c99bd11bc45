import type { PullRequest } from '../../forges/forge.ts';
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
  if (open !== undefined && isTold(scene, telling, open)) return open;
  const title = titleOf(scene, telling) ?? open?.title ?? '';
  const content = await pullRequestContent(scene, telling, title);
  if (open !== undefined) return await forge.pullRequests.update(open, { ...content, draft: open.draft });
  const branch = branchOf(scene, decision.group);
  // A run that is interrupted before labels and reviewers are there must be seen to be: the mark comes last.
  const unfinished = content.body.replace(bodyMark(scene, telling), '').trimStart();
  return await forge.pullRequests.open(branch, base.branch, content, unfinished);
}

/** Whether an open pull request tells the same already, whatever a person added to it. */
export function isTold(scene: Scene, telling: Telling, open: PullRequest | undefined): boolean {
  if (open === undefined || open.title !== (titleOf(scene, telling) ?? open.title)) return false;
  return open.body.includes(bodyMark(scene, telling)) && !open.body.includes(CLOSED_BY_US);
}
