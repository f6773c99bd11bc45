import type { Environment, Environments } from '../environments/environments.ts';
import { ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { Mention } from '../pins/mentions/mention.ts';
import type { Files, Implied } from '../pins/together/implied.ts';
import { pinValue } from '../pins/value.ts';
import type { Tree } from './change.ts';
import { concerns, impliedBy, isOwn, pinReader } from './image-pins.ts';
import { isDotenv } from './variable-files.ts';

/** A commit as the gate job reads it: its whole tree, and the texts of the files that decide. */
export interface CommitContent {
  readonly tree: Tree;
  /** By path; a file that is not text is absent. */
  readonly texts: ReadonlyMap<string, string>;
  /** What files outside of an environment say for it, by its name, if they were looked for. */
  readonly beside?: ReadonlyMap<string, FilesBeside> | undefined;
  /** The files that symbolic links show among an environment's files, by their path through the link. */
  readonly linked?: Tree | undefined;
}

/** Files that are not the environment's and decide its images: bases, value files, charts. */
export type FilesBeside = Pick<Files, 'beside' | 'charts'>;

/** The places in a file by key; another line of the same keys is no change. */
export type Places =
  | {
      readonly kind: 'read';
      readonly places: ReadonlyMap<string, Place>;
      /** The mentions under equal keys, in the order of the text. */
      readonly order: string;
    }
  | { readonly kind: 'unreadable'; readonly why: string };

/** A place that decides an image, or names one. */
export interface Place {
  readonly kind: 'pin' | 'mention' | 'ignored';
  readonly text: string;
}

/** What an environment's files hold at a commit. */
export interface PlaceReader {
  /** Files in which another file decides what a place says, so that it may change while the text stays. */
  readonly together: ReadonlySet<string>;
  read(file: string): Places;
}

/** Reads the places of an environment's files at a commit, including those that several files decide. */
export function placeReader(
  environments: Environments,
  environment: Environment,
  { tree, texts, beside, linked }: CommitContent,
): PlaceReader {
  const paths = [...texts.keys()];
  const own = new Map([...texts].filter(([path]) => ownsFile(environment, path)));
  const dotenv = paths.filter(path => !own.has(path) && isDotenv(path));
  const variables = dotenv.map(path => [path, texts.get(path) ?? ''] as const);
  const others = beside?.get(environment.name);
  const around = new Map([...variables, ...(others?.beside ?? [])]);
  const implied = impliedBy(environments, environment, own, around, others?.charts);
  const reader = pinReader({ ...environments, implied: implied.rules, entries: implied.entries });
  const reportedIn = (file: string) => implied.reported.filter(mention => mention.file === file);

  function read(file: string, text: string): Places {
    if (!ownsFile(environment, file)) return placesOf([], reportedIn(file));
    const own = reader.imagePins(file, text).filter(({ pin }) => isOwn(environment, pin));
    const pins = own.map(({ image, pin }): [string, Place] => {
      const value = pin.tag ?? pin.digest ?? 'without a tag';
      return [`${image} ${pin.locator} ${pinValue(pin)}`, { kind: 'pin', text: `${image} ${value}` }];
    });
    const around = { registries: implied.registries.get(file), settled: implied.settled.get(file) };
    const mentions = reader.mentions(file, text, around).filter(mention => concerns(environment, mention));
    return placesOf(pins, [...mentions, ...reportedIn(file)]);
  }

  return {
    together: decidedTogether(implied),
    read(file) {
      if (!tree.has(file) && !linked?.has(file)) return placesOf([], []);
      const text = texts.get(file);
      if (text === undefined) return { kind: 'unreadable', why: 'it is no text' };
      try {
        return read(file, text);
      } catch (error) {
        if (!(error instanceof PromoteError) || !['INVALID', 'TOO_LARGE'].includes(error.code)) throw error;
        return { kind: 'unreadable', why: error.message };
      }
    },
  };
}

function decidedTogether({ rules, reported, settled, registries, entries }: Implied): ReadonlySet<string> {
  return new Set([
    ...[...rules, ...reported].map(({ file }) => file),
    ...[...settled.keys(), ...registries.keys(), ...entries.keys()],
  ]);
}

function placesOf(pins: readonly [string, Place][], mentions: readonly Mention[]): Places {
  const within = Map.groupBy(mentions, mention => mention.within ?? '');
  const order = JSON.stringify([...within].map(([keys, found]) => [keys, ...found.map(keyOf)]).toSorted());
  return { kind: 'read', places: new Map([...pins, ...mentionedIn(mentions)]), order };
}

/** Several mentions may have equal keys: they are compared by how many there are, too. */
function mentionedIn(mentions: readonly Mention[]): readonly [string, Place][] {
  const alike = Map.groupBy(mentions, keyOf);
  return [...alike].flatMap(([key, found]) =>
    found.map(({ kind, text }, index): [string, Place] => {
      const isIgnored = kind === 'settled' || kind === 'unreasoned';
      return [`${key} ${index}`, { kind: isIgnored ? 'ignored' : 'mention', text }];
    }),
  );
}

function keyOf({ kind, text, reason = '', within = '' }: Mention): string {
  return `${kind} ${within} ${withoutLine(text)} ${reason}`;
}

/** The text of a mention without the line in a base, which any change above that line moves. */
function withoutLine(text: string): string {
  return text.replace(/( of \S+):\d+$/, '$1');
}
