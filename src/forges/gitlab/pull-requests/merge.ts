import { isRefusal, type Refusal } from '../../api/refusal.ts';
import type { MergeMethod, MergeOptions, MergeOutcome, PullRequest } from '../../forge.ts';
import { MERGE } from '../need.ts';
import { blockerOf, isPassing } from './merge-blockers.ts';
import { MERGE_REQUEST, readMergeRequest, type Shown } from './merge-request.ts';
import type { MergeRequestParts } from './parts.ts';
import { noteRefusal, wasRefused } from './refused-merge.ts';

const MOST_TRIES = 5;
/** The try before the one pause of more than five seconds. */
const LONG_WAIT = 4;

/**
 * Merges if the head is still the commit that was seen. A merge that GitLab says it would refuse is not
 * requested. If only a running pipeline is missing, and for a merge train, GitLab merges later. A later push
 * cancels that, and so does promote's status once it is not green. `whenReady` lets GitLab wait for whatever
 * is missing. The project's settings decide about a merge commit, and often about squashing. A merge that
 * GitLab refused is not requested again for the same head.
 */
export async function mergeMergeRequest(
  parts: MergeRequestParts,
  pullRequest: PullRequest,
  method: MergeMethod,
  { whenReady = false, deleteBranch = false }: MergeOptions = {},
): Promise<MergeOutcome> {
  const { merge_trains_enabled, squash_option } = await parts.project.facts();
  let squash: boolean | undefined;
  for (let tried = 1; ; tried += 1) {
    const isLast = tried >= MOST_TRIES;
    const now = await readMergeRequest(parts.gitlab, pullRequest.number);
    const known = await settle(parts, pullRequest, now, isLast);
    if (known !== 'again') {
      const isWaitedFor = whenReady || now.detailed_merge_status === 'ci_still_running';
      const waits = known?.kind === 'refused' && isWaitedFor;
      if (known !== undefined && !waits) return known;
      const isAuto = merge_trains_enabled === true || waits;
      squash ??= isSquashed(parts, method, squash_option, now);
      const asked = { squash, isAuto, deleteBranch };
      const outcome = await askOnce(parts, pullRequest, asked, { now, isLast });
      if (outcome === 'other way') squash = !squash;
      else if (outcome !== 'again') return outcome;
    }
    if (tried === LONG_WAIT)
      parts.gitlab.notice(
        `waiting up to 7 s: GitLab still checks whether !${pullRequest.number} may be merged`,
      );
    await parts.gitlab.pause(tried);
  }
}

/** Requests the merge, unless GitLab refused it for this head before. */
async function askOnce(
  parts: MergeRequestParts,
  pullRequest: PullRequest,
  asked: Asked,
  { now, isLast }: { readonly now: Shown; readonly isLast: boolean },
): Promise<MergeOutcome | 'again' | 'other way'> {
  if (await wasRefused(parts, now, pullRequest.head)) return refusedBy(now.merge_error || BEFORE);
  return await ask(parts, pullRequest, asked, isLast);
}

/** https://docs.gitlab.com/user/project/merge_requests/squash_and_merge/#configure-squash-options-for-a-project */
function isSquashed(
  { gitlab }: MergeRequestParts,
  method: MergeMethod,
  option: string | null | undefined,
  { squash_on_merge: byProject }: Shown,
): boolean {
  const wanted = method === 'squash';
  // Whom GitLab does not show the setting it still shows what the setting makes of the merge request.
  const isAlways = option === 'always' || (!option && byProject === true);
  const squash = isAlways || (option !== 'never' && wanted);
  if (squash !== wanted) gitlab.notice(`its setting for squashing is ${option ?? 'always'}`);
  return squash;
}

/** The outcome where the merge request needs no request for a merge; `again`: GitLab has not caught up. */
async function settle(
  { head: headOf }: MergeRequestParts,
  { head }: PullRequest,
  now: Shown,
  isLast: boolean,
): Promise<MergeOutcome | 'again' | undefined> {
  const merged = mergedOr(now, head);
  if (merged !== undefined) return merged;
  if (now.state === 'closed') return { kind: 'refused', needs: 'person', reason: 'it is closed' };
  if ((await headOf(now.source_branch))?.commit !== head) return { kind: 'moved' };
  // GitLab sees a pushed commit only after a while.
  if (now.sha !== head || isPassing(now)) return isLast ? slow(now) : 'again';
  if (now.merge_when_pipeline_succeeds === true) return { kind: 'queued' };
  return blockerOf(now);
}

function slow({ detailed_merge_status: status }: Shown): MergeOutcome {
  const words = status.replaceAll('_', ' ');
  return {
    kind: 'refused',
    needs: 'checks',
    reason: `GitLab has not worked out whether it may be merged (${words})`,
  };
}

interface Asked {
  readonly squash: boolean;
  readonly isAuto: boolean;
  readonly deleteBranch: boolean;
}

async function ask(
  parts: MergeRequestParts,
  pullRequest: PullRequest,
  { squash, isAuto, deleteBranch }: Asked,
  isLast: boolean,
): Promise<MergeOutcome | 'again' | 'other way'> {
  const { gitlab } = parts;
  const { number, head } = pullRequest;
  const body = {
    sha: head,
    squash,
    ...(isAuto && { auto_merge: true }),
    ...(deleteBranch && { should_remove_source_branch: true }),
  };
  const path = `merge_requests/${number}/merge`;
  const request = { doing: `merge !${number}`, method: 'PUT', path, body, need: MERGE } as const;
  try {
    return mergedOr(await gitlab.ask(request, MERGE_REQUEST), head) ?? { kind: 'queued' };
  } catch (error) {
    if (!isRefusal(error, 405, 406, 409, 422, 500, 502, 503, 504)) throw error;
    return await explain(parts, pullRequest, { error, squash, isLast });
  }
}

/** Reads the outcome: an answer may be lost after the merge, and one refusal can have many reasons. */
async function explain(
  parts: MergeRequestParts,
  pullRequest: PullRequest,
  { error, squash, isLast }: { readonly error: Refusal; readonly squash: boolean; readonly isLast: boolean },
): Promise<MergeOutcome | 'again' | 'other way'> {
  const now = await readMergeRequest(parts.gitlab, pullRequest.number);
  const known = await settle(parts, pullRequest, now, isLast);
  if (known !== undefined) return known;
  // Only this answer says why it cannot be merged, for example that the project requires squashing.
  if (error.status === 422) {
    const reason = now.merge_error || error.said;
    if ((squash ? SQUASHES_NEVER : SQUASHES_ALWAYS).test(reason) && !isLast) return 'other way';
    await noteRefusal(parts, pullRequest.number, pullRequest.head, reason);
    return refusedBy(reason);
  }
  if (!isLast) return 'again';
  if (error.code === 'UNREACHABLE') throw error;
  return refusedBy(error.said);
}

const BEFORE = 'GitLab refused to merge it, as a comment there says';

/** GitLab's own words: `MergeRequests::SquashService`, `MergeRequests::MergeService`. */
const SQUASHES_ALWAYS = /requires squashing/i;
const SQUASHES_NEVER = /not allow squashing/i;

function refusedBy(reason: string): MergeOutcome {
  return { kind: 'refused', needs: 'person', reason };
}

function mergedOr(shown: Shown, head: string): MergeOutcome | undefined {
  if (shown.state !== 'merged') return undefined;
  if (shown.sha !== head) return { kind: 'moved' };
  return { kind: 'merged', commit: shown.merge_commit_sha ?? shown.squash_commit_sha ?? head };
}
