import { basename, dirname } from 'node:path/posix';
import type { EntryToAdd } from './add-images.ts';
import { globsFor } from './globs.ts';
import { namedStages, reasonOf, silentFiles, whyByHand } from './left-out.ts';
import { chooseOwner, commonRegistry, ownerOf } from './owner.ts';
import { type Pinning, readPinning, type Surroundings } from './pinning.ts';

/** An environment as found in a repository's files. */
export interface FoundEnvironment {
  readonly name: string;
  readonly registry: string;
  readonly files: readonly string[];
  /** The images that it pins, by name, with the path under its registry. */
  readonly images: ReadonlyMap<string, string>;
  /** The tags that each image is pinned by. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  readonly pins: number;
  /** The names of the directories that it has, such as `prod-eu` and `prod-us`. */
  readonly places: readonly string[];
  /** The files that pin its images. */
  readonly pinning: readonly string[];
  /** Set if no file whose path names an environment pins an image. */
  readonly guessed?: Guess | undefined;
}

/** A directory taken for an environment; `words`: environments named by paths that pin no image. */
export interface Guess {
  readonly directory: string;
  readonly words: readonly string[];
}

/** What was found in a repository, and what has to be added to its files. */
export interface Layout {
  readonly environments: readonly FoundEnvironment[];
  /** Entries for kustomizations that build on what others pin, by path. */
  readonly additions: ReadonlyMap<string, readonly EntryToAdd[]>;
  /** Files that pin images or name an environment and belong to none, with the reason. */
  readonly left: readonly { readonly file: string; readonly reason: string }[];
}

/** The name of the one environment if no path names a stage. */
const ALONE = 'production';

/** Looks at the texts of a repository's YAML files, by path, for environments and the images that they pin. */
export function findLayout(texts: ReadonlyMap<string, string>, surroundings: Surroundings = {}): Layout {
  const { read, entries, unclear, pinning, ranks } = readPinning(texts, surroundings);
  const staged = Map.groupBy(
    pinning.filter(({ stage }) => stage !== undefined),
    ({ stage }) => stage?.rank ?? 0,
  );
  const ranked = [...staged].sort(([one], [other]) => one - other).map(([, files]) => ownFiles(files));
  const found = ranked.filter(({ files }) => files.length > 0);
  const chosen = found.length > 0 ? found : [mainDirectory(pinning)].filter(({ files }) => files.length > 0);
  const used = new Map(chosen.flatMap(({ owner, files }) => files.map(({ file }) => [file, owner] as const)));
  const additions = [...entries].flatMap(([file, all]) => {
    const own = all.filter(({ repository }) => used.has(file) && ownerOf(repository) === used.get(file));
    return own.length === 0 ? [] : [[file, own] as const];
  });
  const owners = new Set(chosen.map(({ owner }) => owner));
  const byHand = [...unclear].flatMap(([file, images]) => {
    const own = images.filter(image => owners.size === 0 || owners.has(ownerOf(image)));
    return own.length === 0 ? [] : [{ file, reason: whyByHand(own) }];
  });
  const silent = silentFiles(read, ranks);
  const guesses = new Set(
    found.length > 0 ? [] : chosen.flatMap(({ files }) => files.map(({ file }) => dirname(file))),
  );
  const words = namedStages([...texts.keys()]);
  return {
    environments: withNames(
      chosen.map(({ files }) => ({
        ...environmentOf(files),
        pinning: files.map(({ file }) => file),
        guessed: found.length > 0 ? undefined : { directory: dirname(files[0]?.file ?? ''), words },
      })),
    ),
    additions: new Map(additions),
    left: [
      ...[...read].flatMap(([file, known]) =>
        known === undefined ? [{ file, reason: 'it cannot be read as YAML' }] : [],
      ),
      ...pinning
        .filter(({ file }) => !used.has(file))
        .map(left => ({
          file: left.file,
          reason:
            surroundings.deployed?.reasonOf(left.file) ?? reasonOf(left, guesses.has(dirname(left.file))),
        })),
      ...byHand,
      ...silent
        .filter(({ file }) => byHand.every(one => one.file !== file))
        .map(({ file, word }) => ({
          file,
          reason: `its path names ${word}, where no file pins an image`,
        })),
    ],
  };
}

/** The files that pin images of the owner of most images, with that owner's images alone. */
function ownFiles(files: readonly Pinning[]) {
  const owner = chooseOwner(files.flatMap(repositoriesOf));
  const own = files.map(entry => ({
    ...entry,
    pins: entry.pins.filter(({ repository }) => owner !== undefined && ownerOf(repository) === owner),
  }));
  return { owner, files: own.filter(({ pins }) => pins.length > 0) };
}

function repositoriesOf({ pins }: Pinning): readonly string[] {
  return pins.map(({ repository }) => repository);
}

/** The directory whose files pin most of the images. */
function mainDirectory(pinning: readonly Pinning[]) {
  const { owner, files } = ownFiles(pinning);
  const directories = [...Map.groupBy(files, ({ file }) => dirname(file)).values()];
  const count = (entries: readonly Pinning[]) => new Set(entries.flatMap(repositoriesOf)).size;
  const [most = []] = directories.sort((one, other) => count(other) - count(one));
  return { owner, files: most };
}

/** An environment before its images have names. */
type Unnamed = Omit<FoundEnvironment, 'images' | 'tags' | 'pinning'> & {
  /** Each image's path and the tags that it is pinned by. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
};

/**
 * Names each image by the last part of its path. Where several paths end alike, the shortest keeps that name and the
 * others are named by all their parts.
 */
function withNames(
  found: readonly (Unnamed & Pick<FoundEnvironment, 'pinning'>)[],
): readonly FoundEnvironment[] {
  const paths = [...new Set(found.flatMap(environment => [...environment.paths.keys()]))].sort(
    (one, other) => one.length - other.length,
  );
  const names = new Map<string, string>();
  for (const path of paths) {
    const name = path.split('/').at(-1) ?? path;
    const isTaken = [...names.values()].includes(name);
    names.set(path, isTaken ? path.replaceAll('/', '-') : name);
  }
  return found.map(({ paths: own, ...environment }) => ({
    ...environment,
    images: new Map([...own.keys()].map(path => [names.get(path) ?? path, path] as const)),
    tags: new Map([...own].map(([path, tags]) => [names.get(path) ?? path, tags] as const)),
  }));
}

function environmentOf(files: readonly Pinning[]): Unnamed {
  const repositories = files.flatMap(repositoriesOf);
  const byRepository = Map.groupBy(
    files.flatMap(({ pins }) => pins),
    ({ repository }) => repository,
  );
  const registry = commonRegistry(repositories);
  const ending = files.some(({ file }) => file.endsWith('.yml')) ? '.{yaml,yml}' : '.yaml';
  const directories = files.flatMap(({ stage, file }) =>
    stage === undefined ? [dirname(file)] : (stage.directory ?? []),
  );
  const single = files.filter(({ stage }) => stage !== undefined && stage.directory === undefined);
  return {
    name: (files.find(({ stage }) => stage?.directory) ?? files[0])?.stage?.word ?? ALONE,
    registry,
    files: globsFor(
      directories,
      single.map(({ file }) => file),
      ending,
    ),
    paths: new Map(
      [...byRepository].map(([repository, pins]) => [
        repository.slice(registry.length + 1),
        [...new Set(pins.flatMap(({ tag }) => tag ?? []))],
      ]),
    ),
    pins: repositories.length,
    places: [...new Set(files.flatMap(({ stage }) => stage?.directory ?? []).map(path => basename(path)))],
  };
}
