import { groupOnBranch } from '../../environments/commits.ts';
import type { Environment } from '../../environments/environments.ts';
import { HOLDS_FILE } from '../../environments/holds/holds.ts';
import { readFiles } from '../../git/read-files.ts';
import { isGated } from '../../plan/protected-changes.ts';
import { editFiles, type GroupChange } from '../../proposals/group-change.ts';
import { type JudgedChange, judgeChange, judgeRevert } from './judge-change.ts';
import { areThere, openChanges } from './open-changes.ts';
import { openHolds } from './open-holds.ts';
import type { GatePlace } from './place.ts';

/** Several pull requests that are merged together, as the commits before and after them. */
interface MergeGroup {
  readonly before: string;
  readonly after: string;
  /** The environments file's path, if it is in the repository. */
  readonly file: string | undefined;
}

/**
 * Judges all of a merge group at once. Pins and holds may change as its open promotions, rollbacks and reverts
 * say, whose gates are judged again; what remains is judged as anybody's.
 */
export async function judgeMergeGroup(place: GatePlace, group: MergeGroup): Promise<JudgedChange> {
  const found = await promotionsIn(place, group);
  const judged = await judgeChange(place, { ...group, explained: await textsOf(place, group, found) });
  if (judged.changes.every(({ kind }) => kind !== 'pin')) return judged;
  const reverts = await revertsIn(place, group);
  if (reverts.length === 0) return judged;
  const explained = await textsOf(place, group, [...found, ...reverts]);
  return await judgeChange(place, { ...group, explained });
}

/** The group's open promotions, rollbacks and holds that may be merged now. */
async function promotionsIn(place: GatePlace, group: MergeGroup): Promise<readonly GroupChange[]> {
  const found: GroupChange[] = [];
  for (const environment of place.here.filter(isGated)) {
    const open = (await openChanges(place, environment)).map(({ change }) => change);
    for (const change of [...open, ...(await openHolds(place, environment))])
      if (await isIn(place, group, environment, change)) found.push(change);
  }
  return found;
}

/** The group's reverts by people that may be merged now, as far as their pull requests are open. */
async function revertsIn(place: GatePlace, group: MergeGroup): Promise<readonly GroupChange[]> {
  const { forge, branch, here } = place;
  const found: GroupChange[] = [];
  const open = await forge.openPullRequests('', branch);
  const isOurs = (name: string) => here.some(known => groupOnBranch(known, name) !== undefined);
  for (const { number } of open.filter(pull => !isOurs(pull.branch)).slice(0, MOST_PULL_REQUESTS)) {
    const merge = await forge.proposedMerge(number);
    if (merge?.merge === undefined) continue;
    const judged = await judgeChange(place, { ...merge.merge, file: undefined, explained: new Map() });
    const revert = await judgeRevert(place, merge, judged);
    if (revert?.judged.state !== 'success') continue;
    if (await isIn(place, group, revert.environment, revert.change)) found.push(revert.change);
  }
  return found;
}

/** Enough for a queue; each costs requests. */
const MOST_PULL_REQUESTS = 50;

/** Whether the group has all edits of a change, and its images are at their targets. */
async function isIn(
  place: GatePlace,
  { after }: MergeGroup,
  environment: Environment,
  change: GroupChange,
): Promise<boolean> {
  const { environments, repository } = place;
  const left = await editFiles(change, environments, { repository, commit: after }, 'any');
  const isWhole = left.kind === 'edited' && left.files.size === 0;
  return isWhole && (await areThere(place, environment, change.members));
}

/** The texts that the changes produce together, by path. */
async function textsOf(
  { environments, repository }: GatePlace,
  { before, after }: MergeGroup,
  found: readonly GroupChange[],
): Promise<ReadonlyMap<string, string>> {
  const members = found.flatMap(change => change.members);
  const editHolds: GroupChange['editHolds'] = proposed => text =>
    found.reduce((edited, change) => change.editHolds(proposed)(edited), text);
  const proposed = (await readFiles(repository, after, path => path === HOLDS_FILE)).get(HOLDS_FILE);
  const edited = await editFiles({ members, editHolds }, environments, {
    repository,
    commit: before,
    proposed,
  });
  return edited.kind === 'edited' ? edited.files : new Map();
}
