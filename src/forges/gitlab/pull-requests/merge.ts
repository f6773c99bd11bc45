import { isRefusal, type Refusal } from '../../api/refusal.ts';
import type { MergeMethod, MergeOutcome, PullRequest } from '../../forge.ts';
import { MERGE } from '../need.ts';
import { MERGE_REQUEST, readMergeRequest, type Shown } from './merge-request.ts';
import type { MergeRequestParts } from './parts.ts';

const MOST_TRIES = 5;

/** GitLab works these out in the background: https://docs.gitlab.com/api/merge_requests/#merge-status */
const PASSING = new Set(['unchecked', 'checking', 'preparing', 'approvals_syncing', 'mergeable', '']);

/**
 * Merges if the head is still the commit that was seen. Where only a running pipeline is missing, and for a merge
 * train, GitLab is left to merge it: a later push cancels that, and so does our status once it is not green. `ready`
 * leaves it to GitLab whatever is missing. Whether `rebase` or `merge` adds a merge commit is the project's own setting.
 */
export async function mergeMergeRequest(
  { gitlab, project, head: headOf }: MergeRequestParts,
  pullRequest: PullRequest,
  method: MergeMethod,
  when: 'now' | 'ready' = 'now',
): Promise<MergeOutcome> {
  const { number, head } = pullRequest;
  let isAuto = (await project.facts()).merge_trains_enabled === true;
  for (let tried = 1; ; tried += 1) {
    const body = { sha: head, squash: method === 'squash', ...(isAuto && { auto_merge: true }) };
    const path = `merge_requests/${number}/merge`;
    const ask = { doing: `merge !${number}`, method: 'PUT', path, body, need: MERGE } as const;
    try {
      const answer = mergedOr(await gitlab.ask(ask, MERGE_REQUEST), head);
      return answer ?? { kind: 'queued' };
    } catch (error) {
      if (!isRefusal(error, 405, 406, 409, 422, 500, 502, 503, 504)) throw error;
      const now = await readMergeRequest(gitlab, number);
      const branchHead = (await headOf(now.source_branch))?.commit;
      const outcome = settle(now, error, { head, branchHead, isLast: tried >= MOST_TRIES });
      if (outcome === 'again') {
        isAuto ||= now.detailed_merge_status === 'ci_still_running';
        await gitlab.pause(tried);
      } else if (outcome.kind !== 'refused' || when === 'now' || isAuto) return outcome;
      else if (now.merge_when_pipeline_succeeds === true) return { kind: 'queued' };
      else isAuto = true;
    }
  }
}

/** What became of it: an answer may be lost after the merge, and one refusal stands for many reasons. */
function settle(
  now: Shown,
  error: Refusal,
  seen: { readonly head: string; readonly branchHead: string | undefined; readonly isLast: boolean },
): MergeOutcome | 'again' {
  const merged = mergedOr(now, seen.head);
  if (merged !== undefined) return merged;
  if (now.state === 'closed') return { kind: 'refused', reason: 'it is closed' };
  if (seen.branchHead !== seen.head) return { kind: 'moved' };
  const status = now.detailed_merge_status;
  // GitLab sees a pushed commit only after a while.
  const isPassing =
    now.sha !== seen.head || now.state === 'locked' || PASSING.has(status) || status === 'ci_still_running';
  if (isPassing && !seen.isLast) return 'again';
  if (error.code === 'UNREACHABLE') throw error;
  const why = status === '' ? '' : ` (${status.replaceAll('_', ' ')})`;
  return { kind: 'refused', reason: `${error.said}${why}` };
}

function mergedOr(shown: Shown, head: string): MergeOutcome | undefined {
  if (shown.state !== 'merged') return undefined;
  if (shown.sha !== head) return { kind: 'moved' };
  return { kind: 'merged', commit: shown.merge_commit_sha ?? shown.squash_commit_sha ?? head };
}
