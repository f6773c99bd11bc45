import type { PullRequest, PullRequestContent } from '../../forges/forge.ts';
import { refreshMessage } from '../../plan/refresh/commit-message.ts';
import type { RefreshGroup } from '../../plan/refresh/refresh-plan.ts';
import { editGroup } from './edit-group.ts';
import type { Proposing } from './proposing.ts';
import type { Standing } from './standing.ts';

/** What became of a proposal; `moved`: somebody moved a branch meanwhile, so that the next run does it. */
export type Proposed =
  | { readonly kind: 'moved' }
  | { readonly kind: 'opened' | 'updated'; readonly pullRequest?: PullRequest };

/** Commits the group's edits to its branch, by one move of the branch, and opens or updates its pull request. */
export async function proposeRefresh(
  proposing: Proposing,
  group: RefreshGroup,
  standing: Standing,
  content: PullRequestContent,
): Promise<Proposed> {
  const { forge, place } = proposing;
  const { branch, pullRequest } = standing;
  const isReady = standing.state === 'untold' || standing.state === 'unopened';
  const commit = isReady ? standing.commit : await commitGroup(proposing, group, standing);
  if (commit === undefined) return { kind: 'moved' };
  if (forge === undefined) return { kind: standing.commit === undefined ? 'opened' : 'updated' };
  if (pullRequest?.state !== 'open') {
    const opened = await forge.pullRequests.open(branch, place.head.branch, content);
    return { kind: 'opened', pullRequest: { ...opened, head: commit } };
  }
  const updated = await forge.pullRequests.update(pullRequest, content);
  return { kind: 'updated', pullRequest: { ...updated, head: commit } };
}

/** Commits the group's edits to its branch, by one move of it; `undefined` where somebody moved a branch meanwhile. */
async function commitGroup(
  { effects, environments, place: { repository, head } }: Proposing,
  group: RefreshGroup,
  { branch, commit }: Standing,
): Promise<string | undefined> {
  const files = await editGroup(environments, repository, head.commit, group);
  if (files === undefined) return undefined;
  const place = { branch, parent: head.commit, expected: commit, files, ciFiles: true };
  const made = await repository.commit({ ...place, message: refreshMessage(group), date: effects.now() });
  return made.kind === 'moved' ? undefined : made.commit;
}
