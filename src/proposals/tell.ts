import type { PullRequest } from '../forges/forge.ts';
import { bodyMark, pullRequestContent, type Telling, titleOf } from './content.ts';
import { CLOSED_BY_US } from './proposal.ts';
import { branchOf, type ProposalRun } from './run.ts';

/** Opens the group's pull request, or brings an open one up to date; leaves alone one that tells the same already. */
export async function tell(
  run: ProposalRun,
  telling: Telling,
  open: PullRequest | undefined,
): Promise<PullRequest> {
  const { base, forge } = run;
  const { decision } = telling;
  if (open !== undefined && isTold(run, telling, open)) return open;
  const title = titleOf(run, telling) ?? open?.title ?? '';
  const content = await pullRequestContent(run, telling, title);
  if (open !== undefined) return await forge.pullRequests.update(open, { ...content, draft: open.draft });
  const branch = branchOf(run, decision.group);
  // A run that is interrupted before labels and reviewers are there must be seen to be: the mark comes last.
  const unfinished = content.body.replace(bodyMark(run, telling), '').trimStart();
  return await forge.pullRequests.open(branch, base.branch, content, unfinished);
}

/** Whether an open pull request tells the same already, whatever a person added to it. */
export function isTold(run: ProposalRun, telling: Telling, open: PullRequest | undefined): boolean {
  if (open === undefined || open.title !== (titleOf(run, telling) ?? open.title)) return false;
  return open.body.includes(bodyMark(run, telling)) && !open.body.includes(CLOSED_BY_US);
}
