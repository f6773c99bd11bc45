import { findChangedHolds } from './changed-holds.ts';
import { editFiles, isRepair } from './group-change.ts';
import { ticketsIn } from './own-words.ts';
import { isOurs } from './proposal.ts';
import { readChange, readHolds } from './read-change.ts';
import { branchOf, type ProposalRun } from './run.ts';
import type { PlannedTask } from './task.ts';

/** The group's branch, up to date with its plan; `foreign`: it has commits by others, which are never overwritten. */
export type UpdatedBranch =
  | { readonly kind: 'ready'; readonly commit: string; readonly made: boolean }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'changed'; readonly reason: string };

/** Makes the group's commit on top of the observed base, unless the branch's head is this commit already. */
export async function updateBranch(run: ProposalRun, task: PlannedTask): Promise<UpdatedBranch> {
  const { base, effects, environments, files, repository } = run;
  const { change, found, message } = task;
  const branch = branchOf(run, change.group);
  const open = found?.state === 'outdated' ? found.pullRequest.head : undefined;
  const proposed = open === undefined ? undefined : await readHolds(files.repository, open);
  const onBase = { repository: files.repository, commit: base.commit, proposed };
  const edited = await editFiles(change, environments, onBase);
  if (edited.kind === 'changed') return edited;
  const isEmpty = edited.files.size === 0;
  if (isEmpty && !isRepair(change.members)) return { kind: 'unchanged' };
  const there = open ?? (await repository.head(branch))?.commit;
  if (there !== undefined && open === undefined) {
    const left = await readChange(run, change, there);
    // Without edits, the branch differs from the base only by a commit of its own.
    if (left.kind === 'plan' && left.mergeBase === base.commit && !isEmpty)
      return { kind: 'ready', commit: there, made: false };
    if (left.kind === 'other' || !(await isOurs(run, there, left))) return { kind: 'foreign' };
  }
  const changed = await findChangedHolds(run, task);
  if (changed) return changed;
  const place = { branch, parent: base.commit, expected: there, files: edited.files };
  const earlier = found?.pullRequest.state === 'open' ? ticketsIn(found.pullRequest.body) : [];
  const made = await repository.commit({ ...place, message: await message(earlier), date: effects.now() });
  if (made.kind === 'committed') return { kind: 'ready', commit: made.commit, made: true };
  return { kind: 'changed', reason: `branch ${branch} moved meanwhile` };
}
