import { HOLDS_FILE } from '../../environments/holds.ts';
import { ownsFile } from '../../environments/locate.ts';
import type { Repository } from '../../forges/repository.ts';
import type { Candidate } from '../../plan/candidates.ts';
import { changedPaths, differsInPins, isExactly, startsAsPlanned, type Tree } from '../../plan/change.ts';
import { imagePins } from '../../plan/image-pins.ts';
import { editFiles } from '../group-commit.ts';
import { readFiles } from '../read-pins.ts';
import type { Scene } from './scene.ts';

/**
 * What a commit changes, seen from where it left the base. `plan`: what the members' edits do, and nothing else;
 * `pins`: digests of the environment's pins, but others; `other`: anything else.
 */
export interface Change {
  readonly kind: 'plan' | 'pins' | 'other';
  /** The commit it is seen from. */
  readonly fork: string;
  /** The files that differ from there. */
  readonly paths: readonly string[];
}

/**
 * Recomputes a commit's change from the files at the commit and at its merge base. One that follows from the base
 * itself is known without asking for the merge base, since merging it gives exactly its own tree.
 */
export async function readChange(
  scene: Scene,
  members: readonly Candidate[],
  commit: string,
): Promise<Change> {
  const { base, files, forge } = scene;
  const { repository } = files;
  if (isRepair(members)) return await readMerged(scene, members, commit);
  const after = await readTree(repository, commit);
  if (await followsFrom(scene, members, base.commit, after)) return await changeFrom('plan', base.commit);
  const fork = (await forge.mergeBase(commit, base.commit)) ?? base.commit;
  if (fork !== base.commit && (await followsFrom(scene, members, fork, after))) {
    return await changeFrom('plan', fork);
  }
  const { paths } = await changeFrom('pins', fork);
  return { kind: (await isPinsAlone(scene, fork, commit, paths)) ? 'pins' : 'other', fork, paths };

  async function changeFrom(kind: Change['kind'], from: string): Promise<Change> {
    return { kind, fork: from, paths: changedPaths(await readTree(repository, from), after) };
  }
}

/** Whether the pins are right already, and only images, signatures, records or tags are missing. */
export function isRepair(members: readonly Candidate[]): boolean {
  return members.length > 0 && members.every(({ edits }) => edits.length === 0);
}

/** A commit's regular files. */
export async function readTree(repository: Repository, commit: string): Promise<Tree> {
  return new Map((await repository.list(commit)).map(({ path, blob }) => [path, blob]));
}

/** Where nothing is left to edit, a commit stands for the plan if it pins the members' digests. */
async function readMerged(
  { environments, environment, files }: Scene,
  members: readonly Candidate[],
  commit: string,
): Promise<Change> {
  const texts = await readFiles(files.repository, commit, path => ownsFile(environment, path));
  const pins = imagePins(environments, texts);
  const holds = members.every(({ image, digest }) => {
    const own = pins.filter(pin => pin.image === image);
    return own.length > 0 && own.every(({ pin }) => pin.digest === digest);
  });
  return { kind: holds ? 'plan' : 'other', fork: commit, paths: [] };
}

async function followsFrom(
  { environments, environment, files: { repository }, editHolds }: Scene,
  members: readonly Candidate[],
  from: string,
  after: Tree,
): Promise<boolean> {
  const pinned = new Set(members.flatMap(({ edits }) => edits.map(({ file }) => file)));
  const before = await readTree(repository, from);
  const changed = new Set(changedPaths(before, after));
  if (![...pinned].every(path => changed.has(path))) return false;
  const texts = await readFiles(repository, from, path => pinned.has(path));
  if (!startsAsPlanned(environments, members, texts)) return false;
  const proposed = editHolds && { editHolds: editHolds(await readHolds(repository, after)) };
  const context = { environments, environment, group: { members }, ...proposed };
  const edited = await editFiles(context, repository, from);
  return edited.kind === 'edited' && isExactly(before, after, edited.files);
}

async function readHolds(repository: Repository, tree: Tree): Promise<string | undefined> {
  const blob = tree.get(HOLDS_FILE);
  return blob === undefined ? undefined : (await repository.read([blob])).get(blob);
}

async function isPinsAlone(
  { environments, environment, files: { repository } }: Scene,
  fork: string,
  commit: string,
  paths: readonly string[],
): Promise<boolean> {
  const pinned = paths.filter(path => path !== HOLDS_FILE);
  if (!pinned.every(path => ownsFile(environment, path))) return false;
  const wanted = (path: string) => pinned.includes(path);
  const [before, after] = [
    await readFiles(repository, fork, wanted),
    await readFiles(repository, commit, wanted),
  ];
  return pinned.every(path => {
    const [old, now] = [before.get(path), after.get(path)];
    return (
      old !== undefined && now !== undefined && differsInPins(environments, path, { before: old, after: now })
    );
  });
}
