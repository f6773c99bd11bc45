import { HOLDS_FILE } from '../../environments/holds/holds.ts';
import { ownsFile } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import type { Repository } from '../../git/repository.ts';
import { EVERYTHING } from '../../git/text.ts';
import type { Known } from '../../pins/known.ts';
import { isKustomization, readBases } from '../../pins/together/kustomize-files.ts';
import { valuePaths } from '../../pins/together/value-files.ts';
import { changedPaths, type Tree } from '../../plan/change.ts';
import { knownIn } from '../../plan/image-pins.ts';
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
  /** The texts that the group's promotions produce, by path: these changes are allowed. */
  readonly explained: ReadonlyMap<string, string>;
}

/**
 * Both sides of a change, with the texts that decide: the gated environments' files. If bases of their
 * kustomizations or value files elsewhere change, those are included.
 */
export async function readBoth(
  { repository, here, environments }: Pick<GatePlace, 'repository' | 'here' | 'environments'>,
  { before, after, file, explained }: Change,
): Promise<readonly [CommitContent, CommitContent]> {
  const [old, now] = [await readTree(repository, before), await readTree(repository, after)];
  const changed = changedPaths(old, now);
  const governing = file !== undefined && changed.includes(file) ? [file] : [];
  const known = knownIn(environments);
  const beside = { repository, here, known, changed };
  const [basesBefore, basesNow] = await Promise.all([readAllBeside(beside, old), readAllBeside(beside, now)]);
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

/** What is needed to read files beside environments' own. */
interface Beside extends Pick<GatePlace, 'repository' | 'here'> {
  readonly known: Known;
  readonly changed: readonly string[];
}

/**
 * Reads bases of gated environments' kustomizations, and value files that applications and releases name.
 * They are read only if a file outside of the environment changes, value files only if it may name a known
 * image.
 */
async function readAllBeside(
  { repository, here, known, changed }: Beside,
  tree: Tree,
): Promise<NonNullable<CommitContent['bases']>> {
  const paths = [...tree.keys()];
  const textsWhere = async (isWanted: (path: string) => boolean) =>
    await readTexts(repository, tree, new Set(paths.filter(isWanted)));
  const found = here.filter(isGated).map(async environment => {
    const isOwn = (path: string) => ownsFile(environment, path);
    const outside = new Set(changed.filter(path => MAY_BE_BUILT_ON.test(path) && !isOwn(path)));
    if (outside.size === 0) return [];
    const built = await textsWhere(path => isKustomization(path) && isOwn(path));
    const bases = await readBases(built, textsWhere);
    const texts = await textsWhere(path => outside.has(path));
    if (![...texts.values()].some(known.mayNameOne)) return [[environment.name, bases] as const];
    const all = new Map([...(await textsWhere(isOwn)), ...bases]);
    const named = new Set([...all.keys()].flatMap(file => valuePaths(file, all)));
    const values = await textsWhere(path => named.has(path) && outside.has(path));
    return [[environment.name, new Map([...bases, ...values])] as const];
  });
  return new Map((await Promise.all(found)).flat());
}

const MAY_BE_BUILT_ON = /(?:\.ya?ml|\.json|\.gotmpl|(?:^|\/)Kustomization)$/;

/** The texts at the paths; without links, submodules and files that are too large. */
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

/** Reads all blobs at once. If one is too large, each is read alone, so that the others are found. */
async function readBlobs(
  repository: Repository,
  blobs: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  try {
    return await repository.read(blobs, EVERYTHING);
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code !== 'TOO_LARGE') throw error;
    if (blobs.length === 1) return new Map();
  }
  const read = await Promise.all(blobs.map(blob => readBlobs(repository, [blob])));
  return new Map(read.flatMap(texts => [...texts]));
}
