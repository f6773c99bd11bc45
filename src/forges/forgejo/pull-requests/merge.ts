import { isRefusal, type Refusal } from '../../api/refusal.ts';
import type { MergeMethod, MergeOptions, MergeOutcome, PullRequest } from '../../forge.ts';
import { MERGE } from '../need.ts';
import { blockerOf, refused, refusedAs } from './merge-blockers.ts';
import type { PullRequestParts } from './parts.ts';
import { isDraft, readPullRequest, type Shown } from './pull-request.ts';

const MOST_TRIES = 5;

/**
 * Merges if the head is still the commit that was seen, now or never. A merge that Forgejo schedules is not
 * bound to that commit, so `whenReady` schedules none: the next run asks again.
 * https://codeberg.org/api/swagger#/repository/repoMergePullRequest
 */
export async function mergePullRequest(
  parts: PullRequestParts,
  pullRequest: PullRequest,
  method: MergeMethod,
  { deleteBranch = false }: MergeOptions = {},
): Promise<MergeOutcome> {
  const style = await styleOf(parts, method);
  for (let tried = 1; ; tried += 1) {
    const isLast = tried >= MOST_TRIES;
    const now = await readPullRequest(parts.forgejo, pullRequest.number);
    const known = settle(pullRequest, now, isLast) ?? (await blockerOf(parts, now));
    if (known !== undefined && known !== 'again') return known;
    if (known === undefined) {
      const outcome = await ask(parts, pullRequest, { style, deleteBranch }, isLast);
      if (outcome !== 'again') return outcome;
    }
    await parts.forgejo.pause(tried);
  }
}

/** The outcome where the pull request needs no merge request; `again`: Forgejo has not caught up. */
function settle({ head }: PullRequest, now: Shown, isLast: boolean): MergeOutcome | 'again' | undefined {
  if (now.merged && now.head.sha !== head) return { kind: 'moved' };
  if (now.merged) return { kind: 'merged', commit: now.merge_commit_sha || head };
  if (now.state === 'closed') return refused('person', 'it is closed');
  if (now.head.sha !== head) return { kind: 'moved' };
  // A draft is never mergeable, nor is a pull request that Forgejo has not checked for conflicts yet.
  if (now.mergeable !== false || isDraft(now)) return undefined;
  return isLast
    ? refused('person', 'it conflicts with its base branch, or Forgejo has not checked that')
    : 'again';
}

interface Asked {
  readonly style: string;
  readonly deleteBranch: boolean;
}

async function ask(
  { forgejo }: PullRequestParts,
  pullRequest: PullRequest,
  { style, deleteBranch }: Asked,
  isLast: boolean,
): Promise<MergeOutcome | 'again'> {
  const { number, head } = pullRequest;
  const body = {
    Do: style,
    head_commit_id: head,
    ...(deleteBranch && { delete_branch_after_merge: true }),
  };
  const path = `pulls/${number}/merge`;
  try {
    await forgejo.tell({ doing: `merge #${number}`, method: 'POST', path, body, need: MERGE });
    return settle(pullRequest, await readPullRequest(forgejo, number), isLast) ?? 'again';
  } catch (error) {
    if (!isRefusal(error, 405, 409, 500, 502, 503, 504) || error.code === 'FORBIDDEN') throw error;
    return explain(error, isLast);
  }
}

/** An answer may be lost after the merge, and Forgejo fails before it has checked for conflicts. */
function explain(error: Refusal, isLast: boolean): MergeOutcome | 'again' {
  const isPassing = error.status >= 500 || /try again later|out of date|already merged/i.test(error.said);
  if (!isPassing) return refusedAs(error.said);
  if (!isLast) return 'again';
  if (error.code === 'UNREACHABLE') throw error;
  return refusedAs(error.said);
}

/** The requested method, or the repository's own where that method is not allowed. */
async function styleOf({ forgejo, hosted }: PullRequestParts, method: MergeMethod): Promise<string> {
  const facts = await hosted.facts();
  const allowed = [
    ['merge', facts.allow_merge_commits],
    ['squash', facts.allow_squash_merge],
    ['rebase', facts.allow_rebase],
    ['rebase-merge', facts.allow_rebase_explicit],
    ['fast-forward-only', facts.allow_fast_forward_only_merge],
  ].flatMap(([style, isAllowed]) => (isAllowed === false ? [] : [String(style)]));
  if (allowed.includes(method)) return method;
  const own = facts.default_merge_style ?? '';
  const style = allowed.includes(own) ? own : (allowed[0] ?? method);
  if (style !== method) forgejo.notice(`it is merged by ${style}: ${method} is not allowed there`);
  return style;
}
