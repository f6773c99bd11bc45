import { HOLDS_FILE } from '../environments/holds/holds.ts';
import { ownsFile } from '../environments/locate.ts';
import { readFiles } from '../git/read-files.ts';
import type { Repository } from '../git/repository.ts';
import type { Candidate } from '../plan/candidates.ts';
import {
  changedPaths,
  differsInPins,
  isExactly,
  modeAt,
  startsAsPlanned,
  type Tree,
} from '../plan/change.ts';
import { imagePins } from '../plan/image-pins.ts';
import { decidingPins } from '../plan/pin-target.ts';
import { pinsMember } from '../plan/pins-member.ts';
import { editFiles, type GroupChange, isRepair } from './group-change.ts';
import type { ProposalRun } from './run.ts';

/**
 * The change of a commit since its merge base with the base branch. `plan`: exactly the group's change; `pins`: only
 * digests of the environment's pins, but other ones; `other`: anything else.
 */
export interface Change {
  readonly kind: 'plan' | 'pins' | 'other';
  readonly mergeBase: string;
  /** The files that differ from there. */
  readonly paths: readonly string[];
}

/**
 * Computes a commit's change from the files at the commit and at its merge base. A commit that follows from the base
 * itself needs no merge base: merging it gives its own tree.
 */
export async function readChange(run: ProposalRun, group: GroupChange, commit: string): Promise<Change> {
  const { base, files, forge } = run;
  const { repository } = files;
  const { members } = group;
  const planned = isRepair(members) && !(await pinsDigests(run, members, commit)) ? 'pins' : 'plan';
  const follows = async (from: string) => await followsFrom(run, group, { from, commit });
  if (await follows(base.commit)) return { kind: planned, ...(await changeFrom(base.commit)) };
  const mergeBase = (await forge.mergeBase(commit, base.commit)) ?? base.commit;
  const change = await changeFrom(mergeBase);
  if (mergeBase !== base.commit && (await follows(mergeBase))) return { kind: planned, ...change };
  return { kind: (await isPinsAlone(run, commit, change)) ? 'pins' : 'other', ...change };

  async function changeFrom(from: string): Promise<Omit<Change, 'kind'>> {
    const [before, after] = [await readTree(repository, from), await readTree(repository, commit)];
    return { mergeBase: from, paths: changedPaths(before, after) };
  }
}

/**
 * Computes the change of an ended pull request's commit. If nothing is left to edit, it counts as the plan's
 * if it pins the members' digests.
 */
export async function readEndedChange(run: ProposalRun, group: GroupChange, commit: string): Promise<Change> {
  const { members } = group;
  if (!isRepair(members)) return await readChange(run, group, commit);
  const isPlan = await pinsDigests(run, members, commit);
  return { kind: isPlan ? 'plan' : 'other', mergeBase: commit, paths: [] };
}

/** The whole tree of a commit with links and modes, so that no change is missed. */
export async function readTree(repository: Repository, commit: string): Promise<Tree> {
  const entries = [...(await repository.tree(commit))];
  return new Map(entries.map(([path, { mode, object }]) => [path, `${mode} ${object}`]));
}

/** The text of a commit's holds. */
export async function readHolds(repository: Repository, commit: string): Promise<string | undefined> {
  return (await readFiles(repository, commit, path => path === HOLDS_FILE)).get(HOLDS_FILE);
}

/** Whether the commit pins the members' images only by the members' digests. */
export async function pinsDigests(
  { environments, environment, files }: Pick<ProposalRun, 'environments' | 'environment' | 'files'>,
  members: readonly Candidate[],
  commit: string,
): Promise<boolean> {
  const texts = await readFiles(files.repository, commit, path => ownsFile(environment, path));
  const pins = imagePins(environments, environment, texts);
  return members.every(member => {
    const own = decidingPins(pins, member.image);
    return own.length > 0 && own.every(pin => pinsMember(environments, environment, pin, member));
  });
}

async function followsFrom(
  { environments, files: { repository } }: ProposalRun,
  group: GroupChange,
  { from, commit }: { readonly from: string; readonly commit: string },
): Promise<boolean> {
  const { members } = group;
  const pinned = new Set(members.flatMap(({ edits }) => edits.map(({ file }) => file)));
  const [before, after] = [await readTree(repository, from), await readTree(repository, commit)];
  const changed = new Set(changedPaths(before, after));
  if (![...pinned].every(path => changed.has(path))) return false;
  const texts = await readFiles(repository, from, path => pinned.has(path));
  if (!startsAsPlanned(environments, members, texts)) return false;
  const proposed = await readHolds(repository, commit);
  const edited = await editFiles(group, environments, { repository, commit: from, proposed });
  return edited.kind === 'edited' && isExactly(before, after, edited.files);
}

async function isPinsAlone(
  { environments, environment, files: { repository } }: ProposalRun,
  commit: string,
  { mergeBase, paths }: Omit<Change, 'kind'>,
): Promise<boolean> {
  const [old, now] = [await readTree(repository, mergeBase), await readTree(repository, commit)];
  const keepsMode = (path: string) => modeAt(now, path) === (modeAt(old, path) ?? '100644');
  if (!paths.every(path => isFile(modeAt(now, path)) && keepsMode(path))) return false;
  const pinned = paths.filter(path => path !== HOLDS_FILE);
  if (!pinned.every(path => ownsFile(environment, path))) return false;
  const wanted = (path: string) => pinned.includes(path);
  const before = await readFiles(repository, mergeBase, wanted);
  const after = await readFiles(repository, commit, wanted);
  return pinned.every(path => {
    const [old, now] = [before.get(path), after.get(path)];
    return (
      old !== undefined &&
      now !== undefined &&
      differsInPins(environments, environment, path, { before: old, after: now })
    );
  });
}

function isFile(mode: string | undefined): boolean {
  return mode === '100644' || mode === '100755';
}
