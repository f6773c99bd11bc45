import type { ProposedMerge } from '../../forges/forge.ts';
import { isGated } from '../../plan/protected-changes.ts';
import { type JudgedChange, judgeChange } from './judge-change.ts';
import { type GatePlace, onBranch } from './place.ts';

/**
 * Judges a pull request into a branch without gated environments by what it would change on branches with
 * some. A status belongs to its commit, so it stays green when the pull request gets another base.
 * `undefined` if it changes nothing there, or its own branch has gated environments.
 */
export async function judgeElsewhere(
  place: Omit<GatePlace, 'branch'>,
  merge: ProposedMerge,
  file: string | undefined,
): Promise<JudgedChange | undefined> {
  const own = await place.repository.head();
  const gated = place.here.filter(isGated).map(({ deployment }) => deployment.branch ?? own?.branch);
  const branches = [...new Set(gated.flatMap(branch => branch ?? []))];
  if (branches.includes(merge.base)) return undefined;
  for (const branch of branches) {
    const judged = await judgeOn(await onBranch(place, branch), merge, file);
    if (judged.state !== 'success') return judged;
  }
  return undefined;
}

async function judgeOn(
  place: GatePlace,
  { head }: ProposedMerge,
  file: string | undefined,
): Promise<JudgedChange> {
  const { repository, forge, branch } = place;
  const tip = (await repository.head(branch))?.commit;
  const before = tip === undefined ? undefined : await forge.mergeBase(head, tip);
  const nothing = { changes: [], notices: [] };
  if (before === undefined)
    return { ...nothing, state: 'pending', reason: `it is not known what it would change on ${branch}` };
  const judged = await judgeChange(place, { before, after: head, file, explained: new Map() });
  if (judged.state === 'success') return judged;
  // The change is allowed on its present base, so the status does not fail.
  const reason = `it may not go to ${branch}, and a status holds for every base: ${judged.reason}`;
  return { ...judged, state: 'pending', reason };
}
