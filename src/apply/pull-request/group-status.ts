import type { CommitStatus } from '../../forges/forge.ts';
import type { DecisionKind } from '../../plan/plan.ts';
import { neutralise } from '../../reports/neutralise.ts';
import { branchOf, type Scene } from './scene.ts';

/** The most characters of a status's description. */
const LONGEST = 140;

/** Sets the group's status on a commit. It links to no run: an unchanged world then sets it once. */
export async function setGroupStatus(
  scene: Scene,
  group: string,
  commit: string,
  { state, description }: Pick<CommitStatus, 'state' | 'description'>,
): Promise<void> {
  const line = neutralise(description);
  const short = line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
  await scene.forge.pullRequests.setStatus(commit, {
    context: branchOf(scene, group),
    state,
    description: short,
  });
}

/** That everything which must be there before a merge is there. */
export function readyStatus(kind: DecisionKind): Pick<CommitStatus, 'state' | 'description'> {
  const what = {
    promotion: 'the images are at their targets: ready to merge',
    rollback: 'what it goes back to is at its targets: ready to merge',
    hold: 'no image moves: ready to merge',
  } satisfies Record<DecisionKind, string>;
  return { state: 'success', description: what[kind] };
}
