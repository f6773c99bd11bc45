import type { Environment } from '../../environments/environments.ts';
import { HOLDS_FILE } from '../../environments/holds/holds.ts';
import { ownsFile } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import type { Repository } from '../../git/repository.ts';
import { isKustomization, readBases } from '../../pins/together/kustomize-files.ts';
import { changedPaths, type Tree } from '../../plan/change.ts';
import { isGated, protectedPaths } from '../../plan/protected-changes.ts';
import type { CommitContent } from '../../plan/protected-places.ts';
import { readTree } from '../../proposals/read-change.ts';
import type { GatePlace } from './place.ts';

/** A change between two commits. */
export interface Change {
  readonly before: string;
  readonly after: string;
  /** The environments file's path, if it is in the repository. */
  readonly file: string | undefined;
  /** Texts of files after the promotions in the group, by path: these changes are allowed. */
  readonly explained: ReadonlyMap<string, string>;
}

/**
 * Both sides of a change, with the texts that decide. They are those of the gated environments' files, and of what
 * their kustomizations build on where that changes.
 */
export async function readBoth(
  { repository, here }: Pick<GatePlace, 'repository' | 'here'>,
  { before, after, file, explained }: Change,
): Promise<readonly [CommitContent, CommitContent]> {
  const [old, now] = [await readTree(repository, before), await readTree(repository, after)];
  const changed = changedPaths(old, now);
  const governing = file !== undefined && changed.includes(file) ? [file] : [];
  const [basesBefore, basesNow] = await Promise.all([
    readAllBases(repository, here, old, changed),
    readAllBases(repository, here, now, changed),
  ]);
  const built = here.filter(({ name }) =>
    [basesBefore, basesNow].some(bases => changed.some(path => bases.get(name)?.has(path))),
  );
  const deciding = [...old.keys(), ...now.keys()].filter(path => built.some(known => ownsFile(known, path)));
  const paths = new Set([
    ...protectedPaths(here, old, now),
    ...deciding.filter(path => path !== HOLDS_FILE),
    ...explained.keys(),
    ...governing,
  ]);
  return [
    { tree: old, texts: await readTexts(repository, old, paths), bases: basesBefore },
    { tree: now, texts: await readTexts(repository, now, paths), bases: basesNow },
  ];
}

/** What gated environments' kustomizations build on, where a file outside of the environment's own changes. */
async function readAllBases(
  repository: Repository,
  here: readonly Environment[],
  tree: Tree,
  changed: readonly string[],
): Promise<NonNullable<CommitContent['bases']>> {
  const paths = [...tree.keys()];
  const textsWhere = async (isWanted: (path: string) => boolean) =>
    await readTexts(repository, tree, new Set(paths.filter(isWanted)));
  const found = here.filter(isGated).map(async environment => {
    const isBeside = (path: string) => MAY_BE_BUILT_ON.test(path) && !ownsFile(environment, path);
    if (!changed.some(isBeside)) return [];
    const own = await textsWhere(path => isKustomization(path) && ownsFile(environment, path));
    return [[environment.name, await readBases(own, textsWhere)] as const];
  });
  return new Map((await Promise.all(found)).flat());
}

const MAY_BE_BUILT_ON = /(?:\.ya?ml|\.json|(?:^|\/)Kustomization)$/;

/** The texts at the paths; links, submodules and files that are not text are absent. */
async function readTexts(
  repository: Repository,
  tree: Tree,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const files = [...paths].flatMap(path => {
    const [mode, blob] = tree.get(path)?.split(' ') ?? [];
    return mode?.startsWith('100') && blob !== undefined ? [{ path, blob }] : [];
  });
  const texts = await readBlobs(
    repository,
    files.map(({ blob }) => blob),
  );
  return new Map(
    files.flatMap(({ path, blob }) => {
      const text = texts.get(blob);
      return text === undefined ? [] : [[path, text] as const];
    }),
  );
}

/** Reads all at once; if one of them is not text, each alone, so that the others are read. */
async function readBlobs(
  repository: Repository,
  blobs: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  try {
    return await repository.read(blobs);
  } catch (error) {
    if (!(error instanceof PromoteError) || !['INVALID', 'TOO_LARGE'].includes(error.code)) throw error;
    if (blobs.length === 1) return new Map();
  }
  const read = await Promise.all(blobs.map(blob => readBlobs(repository, [blob])));
  return new Map(read.flatMap(texts => [...texts]));
}
