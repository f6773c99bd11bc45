import { commitGroup, editFiles } from '../group-commit.ts';
import type { GroupContext } from '../group-context.ts';
import { findChangedHolds } from '../holds-changed.ts';
import { isOurs, type Proposal } from './proposal.ts';
import { isRepair, readChange } from './read-change.ts';
import { branchOf, type Scene } from './scene.ts';

/** The group's branch, brought to its plan; `foreign`: somebody else's work is on it, which is not overwritten. */
export type BroughtBranch =
  | { readonly kind: 'ready'; readonly commit: string; readonly made: boolean }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'changed'; readonly reason: string };

/** Makes the group's commit on top of the observed base, unless the branch's head is such a commit already. */
export async function bringBranch(
  context: GroupContext,
  scene: Scene,
  found: Proposal | undefined,
): Promise<BroughtBranch> {
  const { base, effects, environment, group } = context;
  if (found?.state === 'current') return { kind: 'ready', commit: found.pullRequest.head, made: false };
  const branch = branchOf(context, group.group);
  const repository = await effects.repository(environment.deployment);
  const edited = await editFiles(context, scene.files.repository, base.commit);
  if (edited.kind === 'changed') return edited;
  const isEmpty = edited.files.size === 0;
  if (isEmpty && !isRepair(group.members)) return { kind: 'unchanged' };
  const there =
    found?.state === 'outdated' ? found.pullRequest.head : (await repository.head(branch))?.commit;
  if (there !== undefined && found?.state !== 'outdated') {
    const left = await readChange(scene, group.members, there);
    // Without edits, only a commit of its own tells a branch from the base.
    if (left.kind === 'plan' && left.fork === base.commit && !isEmpty)
      return { kind: 'ready', commit: there, made: false };
    if (left.kind === 'other' || !(await isOurs(scene, there, left))) return { kind: 'foreign' };
  }
  const changed = await findChangedHolds(context);
  if (changed) return changed;
  const place = { branch, parent: base.commit, expected: there, files: edited.files };
  const made = await commitGroup(context, repository, place, 'proposed');
  if (made.kind === 'proposed') return { kind: 'ready', commit: made.commit, made: true };
  return { kind: 'changed', reason: `branch ${branch} moved meanwhile` };
}
