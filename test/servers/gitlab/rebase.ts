import { notePusher } from './follow.ts';
import { type Answer, type Call, ok, refusal } from './request.ts';
import { git, gitText, type MergeRequest } from './world.ts';

/**
 * The button "Rebase": the branch's commits on top of its target, pushed by whoever presses it. GitLab does it after its
 * answer. https://docs.gitlab.com/api/merge_requests/#rebase-a-merge-request
 */
export function rebase({ world, user }: Call, one: MergeRequest): Answer {
  if (one.state !== 'opened') return refusal(403, 'This merge request does not exist or is closed');
  const range = `${one.target_branch}..${one.source_branch}`;
  const commits = gitText(world, 'rev-list', '--reverse', '--no-merges', range) ?? '';
  let top = gitText(world, 'rev-parse', one.target_branch) ?? '';
  for (const commit of commits.split('\n').filter(name => name !== '')) {
    // A merge base cannot be named before Git 2.40: a commit with the top's tree on top of it does the same.
    const aside = gitText(world, 'commit-tree', `${top}^{tree}`, '-p', `${commit}^`, '-m', 'aside') ?? '';
    const tree = gitText(world, 'merge-tree', '--write-tree', aside, commit);
    if (tree === undefined) {
      one.mergeError = 'Rebase failed: Rebase locally, resolve all conflicts, then push the branch.';
      return ok({ rebase_in_progress: true }, 202);
    }
    const message = gitText(world, 'log', '-1', '--format=%B', commit) ?? '';
    top = gitText(world, 'commit-tree', tree, '-p', top, '-m', message) ?? '';
  }
  notePusher(world, user);
  git(world, ['update-ref', `refs/heads/${one.source_branch}`, top]);
  return ok({ rebase_in_progress: true }, 202);
}
