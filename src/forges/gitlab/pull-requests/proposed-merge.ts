import { isRefusal } from '../../api/refusal.ts';
import type { ProposedMerge } from '../../forge.ts';
import type { GitLab } from '../gitlab.ts';
import { mergeBase } from '../merge-base.ts';
import { readMergeRequest } from './merge-request.ts';

/**
 * An open merge request from any project, with its own changes since its merge base: a merge adds nothing
 * else. `undefined` where none is open.
 */
export async function proposedMerge(gitlab: GitLab, iid: number): Promise<ProposedMerge | undefined> {
  const shown = await readMergeRequest(gitlab, iid).catch(error => {
    if (isRefusal(error, 404)) return undefined;
    throw error;
  });
  if (shown?.state !== 'opened' || !shown.sha) return undefined;
  const { sha: head, target_branch: base } = shown;
  const before = await mergeBase(gitlab, head, base);
  return {
    number: iid,
    url: shown.web_url,
    branch: shown.source_branch,
    isOwn: shown.source_project_id === shown.target_project_id,
    base,
    head,
    conflicts: shown.detailed_merge_status === 'conflict',
    merge: before === undefined ? undefined : { before, after: head },
  };
}
