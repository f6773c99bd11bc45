import { minimatch } from 'minimatch';
import { readCommit } from '../gitlab/objects.ts';
import { historyOf } from './history.ts';
import { isDraft, isMergeable } from './pull-state.ts';
import { type Answer, type Call, notFound, ok, refusal } from './request.ts';
import { branchHead, git, gitText, mayMerge, type Pull, type Rule, ruleFor, type World } from './world.ts';

/** Merges as Forgejo does, or says why not: `MergePullRequest` of `routers/api/v1/repo/pull.go`. */
export function mergePull({ world, user, body }: Call, pull: Pull): Answer {
  if (pull.mergedAt) return refusal(405, '');
  if (pull.state === 'closed') return notFound();
  if (!mayMerge(world, user, pull.base)) return refusal(405, 'User not allowed to merge PR');
  if (isDraft(pull)) return refusal(405, 'Work in progress PRs cannot be merged');
  if (body.Do === 'manually-merged') return markMerged(world, pull, String(body.MergeCommitID));
  if (!isMergeable(world, pull)) return refusal(405, 'Please try again later');
  if (world.settings.checking > 0) {
    world.settings.checking -= 1;
    // Gitea's word; Forgejo has none for it, and fails.
    return world.settings.checking % 2 === 0 ? refusal(405, 'Please try again later') : refusal(500, '');
  }
  const isScheduled = body.merge_when_checks_succeed === true;
  const rule = ruleFor(world, pull.base);
  const lacks = rule && !isScheduled ? lackOf(world, pull, rule) : undefined;
  // An administrator gets past a rule that does not hold for them, where they ask for it.
  const isForced =
    body.force_merge === true && user.permission === 'admin' && rule?.apply_to_admins === false;
  if (lacks !== undefined && !isForced) return refusal(405, `not allowed to merge [reason: ${lacks}]`);
  const head = branchHead(world, pull.branch) ?? pull.head;
  if (isScheduled) {
    pull.isScheduled = true;
    return ok(undefined, 201);
  }
  const style = String(body.Do);
  if (!world.settings.styles.includes(style))
    return refusal(405, `${style} is not allowed an allowed merge style for this repository`);
  if (typeof body.head_commit_id === 'string' && body.head_commit_id !== head)
    return refusal(409, 'head out of date');
  return join(world, pull, { head, style, deletes: body.delete_branch_after_merge === true });
}

/** `MergedManually` of `services/pull/merge.go`: merged when the commit says that it was written. */
function markMerged(world: World, pull: Pull, commit: string): Answer {
  if (!world.settings.styles.includes('manually-merged')) return refusal(405, 'Invalid merge style');
  const made = readCommit(world.bare, commit);
  if (made === undefined || !historyOf(world.bare, branchHead(world, pull.base) ?? '').has(commit))
    return refusal(409, 'Wrong commit ID');
  const mergedAt = made.date.replace('+00:00', 'Z');
  Object.assign(pull, { state: 'closed', mergeCommit: commit, mergedAt, closedAt: world.now() });
  return ok();
}

function join(
  world: World,
  pull: Pull,
  { head, style, deletes }: { readonly head: string; readonly style: string; readonly deletes: boolean },
): Answer {
  const base = branchHead(world, pull.base) ?? '';
  const isForward = historyOf(world.bare, head).has(base);
  const tree = isForward
    ? readCommit(world.bare, head)?.tree
    : gitText(world, 'merge-tree', '--write-tree', base, head);
  const parents = style === 'merge' || style === 'rebase-merge' ? ['-p', base, '-p', head] : ['-p', base];
  const made = tree && gitText(world, 'commit-tree', tree, ...parents, '-m', `Merge ${head}`);
  if (!made || git(world, ['update-ref', `refs/heads/${pull.base}`, made, base]) === undefined)
    return refusal(409, 'merge push out of date');
  const now = world.now();
  Object.assign(pull, { state: 'closed', head, mergeCommit: made, mergedAt: now, closedAt: now });
  if (deletes) git(world, ['update-ref', '-d', `refs/heads/${pull.branch}`]);
  return ok();
}

/** `CheckPullBranchProtections` of `services/pull/merge.go`. */
function lackOf(world: World, pull: Pull, rule: Rule): string | undefined {
  if (rule.enable_status_check && !hasStatuses(world, pull, rule.status_check_contexts))
    return 'Not all required status checks successful';
  const official = pull.reviews.filter(review => review.official && !review.dismissed);
  if (official.filter(({ state }) => state === 'APPROVED').length < rule.required_approvals)
    return 'Does not have enough approvals';
  if (rule.block_on_rejected_reviews && official.some(({ state }) => state === 'REQUEST_CHANGES'))
    return 'There are requested changes';
  const base = branchHead(world, pull.base) ?? '';
  if (rule.block_on_outdated_branch && !historyOf(world.bare, pull.head).has(base))
    return 'The head branch is behind the base branch';
  return undefined;
}

/** `MergeRequiredContextsCommitStatus` of `services/pull/commit_status.go`: a star stands for slashes too. */
function hasStatuses(world: World, { head }: Pull, globs: readonly string[]): boolean {
  const latest = new Map<string, string>();
  for (const { sha, context, status } of world.statuses) if (sha === head) latest.set(context, status);
  const flat = (text: string) => text.replaceAll('/', '|');
  const isGood = (glob: string) =>
    [...latest].find(([context]) => minimatch(flat(context), flat(glob)))?.[1] === 'success';
  return globs.length === 0
    ? [...latest.values()].every(status => status === 'success')
    : globs.every(isGood);
}
