import { isRefusal } from '../../api/refusal.ts';
import type { ProposedMerge } from '../../forge.ts';
import type { Forgejo } from '../forgejo.ts';
import { mergeBase } from '../merge-base.ts';
import { branchOf, isDraft, isOwn, readPullRequest } from './pull-request.ts';

/**
 * An open pull request from any repository, with its own changes since its merge base: a merge adds nothing
 * else. `undefined` where none is open.
 */
export async function proposedMerge(forgejo: Forgejo, number: number): Promise<ProposedMerge | undefined> {
  const shown = await readPullRequest(forgejo, number).catch(error => {
    if (isRefusal(error, 404)) return undefined;
    throw error;
  });
  if (shown?.state !== 'open' || shown.head.sha === '') return undefined;
  const head = shown.head.sha;
  const before = await mergeBase(forgejo, head, shown.base.sha);
  return {
    number,
    url: shown.html_url,
    branch: branchOf(shown),
    isOwn: isOwn(shown),
    base: shown.base.ref,
    head,
    conflicts: shown.mergeable === false && !isDraft(shown),
    merge: before === undefined ? undefined : { before, after: head },
  };
}
