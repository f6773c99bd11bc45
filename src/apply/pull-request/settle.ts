import type { GroupDecision } from '../../gates/decide.ts';
import type { PinsResult } from '../../reports/apply.ts';
import { setGroupStatus } from './group-status.ts';
import { CLOSED_BY_US, type Proposal } from './proposal.ts';
import { linkTo } from './propose-pull-request.ts';
import type { Scene } from './scene.ts';
import { tell } from './tell.ts';

/**
 * Does what is left to do with a pull request whose group is not to be promoted now: closes it where nothing is left
 * to promote, turns its status back where a gate closed, and says so where somebody's work on its branch is kept.
 * `undefined` where the group goes on.
 */
export async function settle(
  scene: Scene,
  decision: GroupDecision,
  { pullRequest, state }: Proposal,
): Promise<PinsResult | undefined> {
  const link = linkTo(pullRequest);
  const stop = async (reason: string): Promise<PinsResult> => {
    await setGroupStatus(scene, decision.group, pullRequest.head, { state: 'failure', description: reason });
    await tell(scene, { decision, next: [], stopped: reason }, pullRequest);
    return { kind: 'stopped', reason, branch: pullRequest.branch, pullRequest: link };
  };
  if (state === 'declined') return { kind: 'declined', pullRequest: link };
  if (state === 'ended') return undefined;
  if (state === 'foreign')
    return await stop('its branch holds what somebody else committed: merge or undo that');
  if (decision.state === 'closed') return await stop(closedReason(decision));
  if (decision.state !== 'nothing' || isFiltered(scene)) return undefined;
  const { pullRequests } = scene.forge;
  const { title, body, draft } = pullRequest;
  const { labels, reviewers, assignees } = scene.environment.pullRequest;
  const content = {
    title,
    body: body.includes(CLOSED_BY_US) ? body : `${body}\n${CLOSED_BY_US}`,
    labels,
    reviewers,
    assignees,
    draft,
  };
  await pullRequests.close(await pullRequests.update(pullRequest, content), 'Nothing is left to promote.');
  return { kind: 'closed', pullRequest: link };
}

function closedReason({ judged }: GroupDecision): string {
  const closed = judged.flatMap(({ image, verdicts }) =>
    verdicts
      .filter(({ kind }) => kind === 'closed')
      .map(({ gate, reason }) => `${image}: ${gate}: ${reason}`),
  );
  return closed.join('; ');
}

/** A run for some images says nothing about the others of a group. */
function isFiltered({ request, environment }: Scene): boolean {
  return request.images.size > 0 && environment.grouping.kind !== 'image';
}
