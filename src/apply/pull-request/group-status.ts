import type { CommitStatus } from '../../forges/pull-requests.ts';
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
