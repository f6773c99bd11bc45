import { type Answer, type Call, refusal } from './request.ts';
import { branchHead, git, gitText, type MergeRequest, type World } from './world.ts';

/** Merges as GitLab does, or answers why not; the caller shows the merge request as it is then. */
export function mergeRequest({ world, user, body }: Call, one: MergeRequest): Answer | undefined {
  const { settings } = world;
  if (one.target_branch === 'main' && user.access_level < settings.protectedLevel) {
    return refusal(401, '401 Unauthorized');
  }
  const head = one.versions[0]?.head_commit_sha ?? '';
  if (body.sha !== undefined && body.sha !== head) {
    return refusal(409, 'SHA does not match HEAD of source branch: it is another one');
  }
  const isWaiting = settings.mergeTrains || WAITED_FOR.has(mergeStatus(world, one));
  if (body.auto_merge === true && isWaiting) {
    one.isAutoMerge = true;
    return undefined;
  }
  if (mergeStatus(world, one) !== 'mergeable') return refusal(405, '405 Method Not Allowed');
  const base = branchHead(world, one.target_branch) ?? '';
  const made = settings.fastForward ? head : join(world, { base, head, isSquash: body.squash === true });
  const done = made && git(world, ['update-ref', `refs/heads/${one.target_branch}`, made, base]);
  if (made === undefined || done === undefined) return refusal(422, 'Branch cannot be merged');
  one.state = 'merged';
  one.mergedAt = world.now();
  if (!settings.fastForward) one.mergeCommit = made;
  return undefined;
}

/** What an auto-merge waits for: https://docs.gitlab.com/user/project/merge_requests/auto_merge/ */
const WAITED_FOR = new Set(['ci_still_running', 'ci_must_pass', 'not_approved', 'discussions_not_resolved']);

/** What keeps a merge request from being merged. */
export function mergeStatus(world: World, one: MergeRequest): string {
  const { settings } = world;
  if (one.state !== 'opened') return 'not_open';
  if (one.title.startsWith('Draft:')) return 'draft_status';
  if (settings.pipelineMustSucceed && !isGreen(world, one)) return 'ci_must_pass';
  return settings.mergeStatus ?? 'mergeable';
}

/** Statuses of the head are its pipeline; without any there is none that succeeded. */
function isGreen({ statuses }: World, one: MergeRequest): boolean {
  const given = statuses.filter(({ sha }) => sha === one.versions[0]?.head_commit_sha);
  const latest = new Map(given.map(status => [status.name, status.status]));
  return latest.size > 0 && [...latest.values()].every(status => status === 'success');
}

function join(
  world: World,
  { base, head, isSquash }: { readonly base: string; readonly head: string; readonly isSquash: boolean },
): string | undefined {
  const tree = gitText(world, 'merge-tree', '--write-tree', base, head);
  if (tree === undefined) return undefined;
  const parents = isSquash ? ['-p', base] : ['-p', base, '-p', head];
  return gitText(world, 'commit-tree', tree, ...parents, '-m', `Merge ${head}`);
}
