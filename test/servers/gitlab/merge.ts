import { headPipeline, pipelineStatus } from './pipelines.ts';
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
  const wrong = squashError(settings.squashOption, body.squash === true) ?? settings.mergeHook;
  if (wrong !== undefined) {
    one.mergeError = wrong;
    return refusal(422, 'Branch cannot be merged');
  }
  const base = branchHead(world, one.target_branch) ?? '';
  const isForward = settings.mergeMethod === 'ff';
  const made = isForward ? head : join(world, { base, head, isSquash: body.squash === true });
  const done = made && git(world, ['update-ref', `refs/heads/${one.target_branch}`, made, base]);
  if (made === undefined || done === undefined) return refusal(422, 'Branch cannot be merged');
  one.state = 'merged';
  one.mergedAt = world.now();
  if (!isForward) one.mergeCommit = made;
  if (body.should_remove_source_branch === true)
    git(world, ['update-ref', '-d', `refs/heads/${one.source_branch}`]);
  return undefined;
}

/** What an auto-merge waits for: https://docs.gitlab.com/user/project/merge_requests/auto_merge/ */
const WAITED_FOR = new Set(['ci_still_running', 'ci_must_pass', 'not_approved', 'discussions_not_resolved']);

/** `MergeRequests::MergeStrategies` of GitLab: the cause stands in `merge_error` alone. */
function squashError(option: World['settings']['squashOption'], isSquash: boolean): string | undefined {
  if (option === 'always' && !isSquash)
    return 'This project requires squashing commits when merge requests are accepted.';
  if (option === 'never' && isSquash)
    return 'This project does not allow squashing commits when merge requests are accepted.';
  return undefined;
}

/** What keeps a merge request from being merged. */
export function mergeStatus(world: World, one: MergeRequest): string {
  const { settings } = world;
  if (one.state !== 'opened') return 'not_open';
  if (one.title.startsWith('Draft:')) return 'draft_status';
  if (isBehind(world, one)) return 'need_rebase';
  if (gitText(world, 'merge-tree', '--write-tree', one.target_branch, headOf(one)) === undefined)
    return 'conflict';
  return settings.mergeStatus ?? (settings.pipelineMustSucceed ? pipelineVerdict(world, one) : 'mergeable');
}

/** "Pipelines must succeed" looks at the head pipeline alone; without any there is none that succeeded. */
function pipelineVerdict(world: World, one: MergeRequest): string {
  const pipeline = headPipeline(world, one);
  const status = pipeline && pipelineStatus(world, pipeline);
  if (status === 'running') return 'ci_still_running';
  return status === 'success' ? 'mergeable' : 'ci_must_pass';
}

/** Fast-forward and semi-linear projects take what is on top of the target branch. */
function isBehind(world: World, one: MergeRequest): boolean {
  if (world.settings.mergeMethod === 'merge') return false;
  return git(world, ['merge-base', '--is-ancestor', one.target_branch, headOf(one)]) === undefined;
}

function headOf({ versions }: MergeRequest): string {
  return versions[0]?.head_commit_sha ?? '';
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
