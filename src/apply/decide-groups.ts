import type { Digest } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Snapshot } from '../plan/snapshot.ts';
import type { Decided } from './decide-on.ts';
import { livedBefore } from './history/lived-before.ts';
import type { Observation } from './observe.ts';
import type { JudgedGroup } from './pull-request/judge-group.ts';
import { judgeProposals } from './pull-request/judge-proposals.ts';
import { holdsDigests } from './pull-request/read-change.ts';
import type { Scene } from './pull-request/scene.ts';

/** What was decided on an observation, and about each group with its pull request. */
export interface DecidedGroups extends Pick<Decided, 'outcomes'> {
  readonly judged: readonly JudgedGroup[];
}

/**
 * Decides about an observation. The search for digests that lived here before walks the history, so it is made for
 * what this run would propose or copy: what waits in an open pull request was asked about when that was made.
 */
export async function decideGroups(
  { effects, environment, files }: Pick<Scene, 'effects' | 'environment' | 'files'>,
  scene: Scene | undefined,
  observed: Observation,
  decide: (observation: Observation) => Promise<Decided>,
): Promise<DecidedGroups> {
  const lived = new Set<Digest>();
  const asked = new Set<Digest>();
  for (;;) {
    const { outcomes, judged } = await judge(new Set(lived));
    const newcomers = (await Promise.all(judged.map(async group => newcomersOf(scene, group)))).flat();
    const due = newcomers.filter(({ digest }) => !asked.has(digest));
    const found = await livedBefore(effects, files, environment, due);
    if (found.size === 0) return { outcomes, judged };
    for (const { digest } of due) asked.add(digest);
    for (const digest of found) lived.add(digest);
  }

  async function judge(known: ReadonlySet<Digest>): Promise<DecidedGroups> {
    const world = { ...observed, lived: known };
    const decided = await decide(world);
    const again = async (snapshot: Snapshot) => await decide({ ...world, snapshot });
    const judged = scene
      ? await judgeProposals(scene, decided, again)
      : decided.groups.map(decision => ({ decision }));
    return { outcomes: decided.outcomes, judged };
  }
}

/** The members that are neither waiting in an open pull request nor at all their targets already. */
async function newcomersOf(
  scene: Scene | undefined,
  { decision, proposal }: JudgedGroup,
): Promise<readonly Candidate[]> {
  if (!('plan' in decision)) return [];
  const { members, judged, state } = decision;
  if (proposal?.state === 'declined' || proposal?.state === 'foreign') return [];
  if (scene === undefined || proposal?.pullRequest.state !== 'open') return members;
  const isThere = ({ image }: Candidate) => judged.some(entry => entry.image === image && entry.isTagged);
  const resting = members.filter(member => state === 'waiting' || isThere(member));
  const proposed = resting.map(async member =>
    proposal.change.kind === 'plan' || (await holdsDigests(scene, [member], proposal.pullRequest.head))
      ? [member]
      : [],
  );
  const known = new Set((await Promise.all(proposed)).flat());
  return members.filter(member => !known.has(member));
}
