import type { PullRequest } from '../forges/forge.ts';
import { bodyMark, type ContentFacts, pullRequestContent, titleOf } from './content.ts';
import { saysOwnWords, withOwnWords } from './own-words.ts';
import { CLOSED_BY_US } from './proposal.ts';
import { branchOf, type ProposalRun } from './run.ts';

/** Opens the group's pull request, or updates the open one; one with the same content is left alone. */
export async function publish(
  run: ProposalRun,
  facts: ContentFacts,
  open: PullRequest | undefined,
): Promise<PullRequest> {
  const { base, forge } = run;
  const { decision } = facts;
  if (open !== undefined && isPublished(run, facts, open)) return open;
  const title = titleOf(run, facts) ?? open?.title ?? '';
  const content = await pullRequestContent(run, facts, title);
  if (open !== undefined) {
    const { title: named, body } = withOwnWords(open, content);
    const updated = { ...content, title: named, body: body.replaceAll(CLOSED_BY_US, '').trimEnd() };
    return await forge.pullRequests.update(open, { ...updated, draft: open.draft });
  }
  const branch = branchOf(run, decision.group);
  // The mark is written last, so that an interrupted run is noticed and continued.
  const unfinished = content.body.replace(bodyMark(run, facts), '').trimStart();
  return await forge.pullRequests.open(branch, base.branch, content, unfinished);
}

/** Whether an open pull request has the same content already, whatever a person added. */
export function isPublished(run: ProposalRun, facts: ContentFacts, open: PullRequest | undefined): boolean {
  if (open === undefined || open.body.includes(CLOSED_BY_US)) return false;
  return saysOwnWords(open, titleOf(run, facts) ?? open.title, bodyMark(run, facts));
}
