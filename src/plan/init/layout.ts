import { dirname } from 'node:path/posix';
import { PromoteError } from '../../errors.ts';
import { findPins } from '../../pins/find.ts';
import type { Pin } from '../../pins/pin.ts';
import { type EntryToAdd, missingEntries } from './add-images.ts';
import { globsFor } from './globs.ts';
import { bareName, namedStages, type Pinning, reasonOf, silentFiles } from './left-out.ts';
import { chooseOwner, commonRegistry, ownerOf } from './owner.ts';
import { stageOf } from './stage.ts';

/** An environment as a repository's files tell of it. */
export interface FoundEnvironment {
  readonly name: string;
  readonly registry: string;
  readonly files: readonly string[];
  /** The images that it pins, by name, with the path under its registry. */
  readonly images: ReadonlyMap<string, string>;
  readonly pins: number;
  /** Set where no file of a path that names an environment pins an image. */
  readonly guessed?: Guess | undefined;
}

/** A directory that was taken for an environment, and the words of the paths that name one and pin no image. */
export interface Guess {
  readonly directory: string;
  readonly words: readonly string[];
}

/** What was found in a repository, and what has to be added to its files. */
export interface Layout {
  readonly environments: readonly FoundEnvironment[];
  /** Entries for kustomizations that build on what others pin, by path. */
  readonly additions: ReadonlyMap<string, readonly EntryToAdd[]>;
  /** Files that pin images or name an environment and are in none, with why. */
  readonly left: readonly { readonly file: string; readonly reason: string }[];
}

/** Where no path names a stage, all is one environment. */
const ALONE = 'production';

/** Looks at the texts of a repository's YAML files, by path, for environments and the images that they pin. */
export function findLayout(texts: ReadonlyMap<string, string>): Layout {
  const read = [...texts].map(([file, text]) => [file, pinsOf(file, text)] as const);
  const pins = new Map(read.map(([file, found]) => [file, found ?? []]));
  const entries = entriesToAdd(texts, pins);
  const pinning = [...pins].flatMap(([file, own]): readonly Pinning[] => {
    const repositories = [...own, ...(entries.get(file) ?? [])].flatMap(({ repository }) => repository ?? []);
    return repositories.length === 0
      ? []
      : [{ file, stage: stageOf(file), repositories, bare: own.flatMap(bareName) }];
  });
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
  const silent = silentFiles(new Map(read), new Set(pinning.map(({ stage }) => stage?.rank)));
  const words = namedStages([...texts.keys()]);
  return {
    environments: withNames(
      chosen.map(({ files }) => ({
        ...environmentOf(files),
        guessed: found.length > 0 ? undefined : { directory: dirname(files[0]?.file ?? ''), words },
      })),
    ),
    additions: new Map(additions),
    left: [
      ...read.flatMap(([file, known]) =>
        known === undefined ? [{ file, reason: 'it cannot be read as YAML' }] : [],
      ),
      ...pinning
        .filter(({ file }) => !used.has(file))
        .map(left => ({ file: left.file, reason: reasonOf(left) })),
      ...silent.map(({ file, word }) => ({
        file,
        reason: `its path names ${word}, where no file pins an image`,
      })),
    ],
  };
}

function pinsOf(file: string, text: string): readonly Pin[] | undefined {
  try {
    return findPins(file, text).filter(({ undigested }) => !undigested);
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}

function entriesToAdd(texts: ReadonlyMap<string, string>, pins: ReadonlyMap<string, readonly Pin[]>) {
  const overlays = [...texts.keys()].filter(
    file => /(^|\/)kustomization\.ya?ml$/.test(file) && stageOf(file) !== undefined,
  );
  return new Map(overlays.map(file => [file, missingEntries(file, texts, pins)] as const));
}

/** The files that pin images of the owner of most of them, with those images alone. */
function ownFiles(files: readonly Pinning[]) {
  const owner = chooseOwner(files.flatMap(({ repositories }) => repositories));
  const own = files.map(entry => ({
    ...entry,
    repositories: entry.repositories.filter(
      repository => owner !== undefined && ownerOf(repository) === owner,
    ),
  }));
  return { owner, files: own.filter(({ repositories }) => repositories.length > 0) };
}

/** The directory whose files pin most of the images. */
function mainDirectory(pinning: readonly Pinning[]) {
  const { owner, files } = ownFiles(pinning);
  const directories = [...Map.groupBy(files, ({ file }) => dirname(file)).values()];
  const count = (entries: readonly Pinning[]) =>
    new Set(entries.flatMap(({ repositories }) => repositories)).size;
  const [most = []] = directories.sort((one, other) => count(other) - count(one));
  return { owner, files: most };
}

/** An environment before its images have names. */
type Unnamed = Omit<FoundEnvironment, 'images'> & { readonly paths: readonly string[] };

/**
 * Names each image by the last part of its path; where several paths end alike, the shortest keeps that name and the
 * others are named by all their parts.
 */
function withNames(found: readonly Unnamed[]): readonly FoundEnvironment[] {
  const paths = [...new Set(found.flatMap(environment => environment.paths))].sort(
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
    images: new Map(own.map(path => [names.get(path) ?? path, path] as const)),
  }));
}

function environmentOf(files: readonly Pinning[]): Unnamed {
  const repositories = files.flatMap(entry => entry.repositories);
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
    paths: repositories.map(repository => repository.slice(registry.length + 1)),
    pins: repositories.length,
  };
}
