import type { Environment } from '../../environments/environments.ts';
import { HOLDS_FILE } from '../../environments/holds/holds.ts';
import { ownsFile } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import type { Repository } from '../../git/repository.ts';
import { EVERYTHING } from '../../git/text.ts';
import { isKustomization } from '../../pins/together/kustomize-files.ts';
import { changedPaths, type Tree } from '../../plan/change.ts';
import { knownIn } from '../../plan/image-pins.ts';
import { isGated, protectedPaths } from '../../plan/protected-changes.ts';
import type { CommitContent } from '../../plan/protected-places.ts';
import { readTree } from '../../proposals/read-change.ts';
import { readTogether } from '../../run/read-together.ts';
import type { GatePlace } from './place.ts';
import { readLinked } from './read-links.ts';

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
 * Both sides of a change, with the texts that decide. These are the gated environments' files, and those that
 * links show among them. Files elsewhere count too, if they build on those or take values from them.
 */
export async function readBoth(
  { repository, here, environments }: Pick<GatePlace, 'repository' | 'here' | 'environments'>,
  { before, after, file, explained }: Change,
): Promise<readonly [CommitContent, CommitContent]> {
  const gated = here.filter(isGated);
  const commits = [before, after] as const;
  const [old, now] = [await readTree(repository, before), await readTree(repository, after)];
  const linked = [
    await readLinked(repository, gated, old),
    await readLinked(repository, gated, now),
  ] as const;
  const [seenBefore, seenNow] = [new Map([...old, ...linked[0]]), new Map([...now, ...linked[1]])];
  const changed = changedPaths(seenBefore, seenNow);
  const governing = file !== undefined && changed.includes(file) ? [file] : [];
  const isNamed = await mayName({ repository, environments }, changed, [seenBefore, seenNow]);
  const building = gated.filter(environment => isNamed || changed.some(path => ownsFile(environment, path)));
  const deciding = [...seenBefore.keys(), ...seenNow.keys()].filter(
    path => path !== HOLDS_FILE && isNamed && gated.some(environment => ownsFile(environment, path)),
  );
  const paths = new Set([
    ...protectedPaths(here, seenBefore, seenNow),
    ...deciding,
    ...explained.keys(),
    ...governing,
  ]);
  const [besideBefore, besideNow] = await Promise.all(
    commits.map(commit => readBeside({ repository, environments }, building, commit)),
  );
  const [textsBefore, textsNow] = [
    await readTexts(repository, seenBefore, paths),
    await readTexts(repository, seenNow, paths),
  ];
  return [
    { tree: old, texts: textsBefore, beside: besideBefore, linked: linked[0] },
    { tree: now, texts: textsNow, beside: besideNow, linked: linked[1] },
  ];
}

/** Whether a file that changes may name a known image, or files that do, from outside of an environment. */
async function mayName(
  { repository, environments }: Pick<GatePlace, 'repository' | 'environments'>,
  changed: readonly string[],
  trees: readonly Tree[],
): Promise<boolean> {
  const asked = new Set(changed.filter(path => MAY_BE_BUILT_ON.test(path)));
  if ([...asked].some(path => isKustomization(path) || CHART.test(path))) return true;
  const { mayNameOne } = knownIn(environments);
  for (const tree of trees) {
    const texts = await readTexts(repository, tree, asked);
    if ([...texts.values()].some(text => mayNameOne(text) || NAMES_VALUES.test(text))) return true;
  }
  return false;
}

/** A helmfile, whatever its path is, may name value files without naming an image. */
const NAMES_VALUES = /^ *(?:releases|helmfiles|bases):/m;

const MAY_BE_BUILT_ON = /(?:\.ya?ml|\.json|\.gotmpl|(?:^|\/)Kustomization)$/;
const CHART = /(?:^|\/)Chart\.ya?ml$/;

/** What files outside of each environment say for it at a commit. */
async function readBeside(
  { repository, environments }: Pick<GatePlace, 'repository' | 'environments'>,
  building: readonly Environment[],
  commit: string,
): Promise<NonNullable<CommitContent['beside']>> {
  const read = building.map(async environment => {
    const { beside, charts } = await readTogether({
      repository,
      head: { commit },
      environments,
      environment,
    });
    return [environment.name, { beside, charts }] as const;
  });
  return new Map(await Promise.all(read));
}

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
