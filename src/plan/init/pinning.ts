import { PromoteError } from '../../errors.ts';
import { findPins } from '../../pins/find.ts';
import type { Pin } from '../../pins/pin.ts';
import { type EntryToAdd, type MissingEntries, missingEntries } from './add-images.ts';
import type { Deployed } from './deployed.ts';
import { type Stage, stageOf } from './stage.ts';

/** An image that a file pins, or will pin. */
export interface Pinned {
  readonly repository: string;
  readonly tag?: string | undefined;
}

/** A file with what it pins. */
export interface Pinning {
  readonly file: string;
  readonly stage: Stage | undefined;
  readonly pins: readonly Pinned[];
  /** The images that it names by a single word, with neither a registry nor a tag. */
  readonly bare: readonly string[];
}

/** What the files of a repository pin. */
export interface ReadPins {
  /** Absent for a file that cannot be read as YAML. */
  readonly read: ReadonlyMap<string, readonly Pin[] | undefined>;
  /** Entries that kustomizations need. */
  readonly entries: ReadonlyMap<string, readonly EntryToAdd[]>;
  /** Images for which a person has to write the entries of a kustomization, by its path. */
  readonly unclear: ReadonlyMap<string, readonly string[]>;
  readonly pinning: readonly Pinning[];
  /** The ranks of the stages in which any file pins an image. */
  readonly ranks: ReadonlySet<number | undefined>;
}

/** What is known of a repository beside its files' own paths. */
export interface Surroundings {
  /** Whether a file belongs to an environment already; it is only read for files that build on it. */
  readonly isOwned?: ((file: string) => boolean) | undefined;
  /** The stages of files, taken from the objects that deploy them. */
  readonly deployed?: Deployed | undefined;
}

/** Reads what files pin, by path. */
export function readPinning(
  texts: ReadonlyMap<string, string>,
  { isOwned: isLeft = () => false, deployed }: Surroundings = {},
): ReadPins {
  const stageIn = (file: string) => stageOf(file) ?? deployed?.stageOf(file);
  const all = new Map([...texts].map(([file, text]) => [file, pinsOf(file, text)] as const));
  const missing = entriesToAdd(
    texts,
    new Map([...all].map(([file, found]) => [file, found ?? []])),
    file => stageIn(file) !== undefined && !isLeft(file),
  );
  const every = [...all].flatMap(([file, own = []]): readonly Pinning[] => {
    const pins = [...own, ...(missing.get(file)?.entries ?? [])].flatMap(({ repository, tag }) =>
      repository === undefined ? [] : [{ repository, tag }],
    );
    return pins.length === 0 ? [] : [{ file, stage: stageIn(file), pins, bare: own.flatMap(bareName) }];
  });
  return {
    read: new Map([...all].filter(([file]) => !isLeft(file))),
    entries: new Map([...missing].map(([file, { entries }]) => [file, entries])),
    unclear: new Map([...missing].map(([file, { unclear }]) => [file, unclear])),
    pinning: every.filter(({ file }) => !isLeft(file)),
    ranks: new Set(every.map(({ stage }) => stage?.rank)),
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

function entriesToAdd(
  texts: ReadonlyMap<string, string>,
  pins: ReadonlyMap<string, readonly Pin[]>,
  isWanted: (file: string) => boolean,
): ReadonlyMap<string, MissingEntries> {
  const overlays = [...texts.keys()].filter(
    file => /(^|\/)kustomization\.ya?ml$/.test(file) && isWanted(file),
  );
  return new Map(overlays.map(file => [file, missingEntries(file, texts, pins)] as const));
}

function bareName({ repository, tag, digest }: Pin): readonly string[] {
  const [, name] = /^docker\.io\/library\/(.+)$/.exec(repository ?? '') ?? [];
  return name === undefined || tag !== undefined || digest !== undefined ? [] : [name];
}
