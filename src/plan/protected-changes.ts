import type { Environment, Environments } from '../environments/environments.ts';
import { holdChanges } from '../environments/holds/hold-changes.ts';
import { HOLDS_FILE, type Hold, parseHolds } from '../environments/holds/holds.ts';
import { ownsFile, reachesInto } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { Mention } from '../pins/mentions/mention.ts';
import { pinValue } from '../pins/value.ts';
import { changedPaths, modeAt, type Tree } from './change.ts';
import { pinReader } from './image-pins.ts';

/** A commit as the gate job reads it: its whole tree, and the texts of the files that differ. */
export interface CommitContent {
  readonly tree: Tree;
  /** By path; a file that is not text is absent. */
  readonly texts: ReadonlyMap<string, string>;
}

/** One change to something that an environment's gates protect. */
export interface ProtectedChange {
  readonly environment: string;
  /** `file`: a link, a submodule or an unreadable file, which could contain a pin. */
  readonly kind: 'pin' | 'mention' | 'ignored' | 'hold' | 'file';
  readonly file: string;
  /** What changes, for people: `api 1.0.0 -> 1.1.0`. */
  readonly what: string;
}

/** Whether the environment has gates that can be closed. */
export function isGated({ gates }: Environment): boolean {
  return Object.values(gates).some(gate => gate !== undefined);
}

/** The changed paths whose texts `protectedChanges` needs. */
export function protectedPaths(
  environments: readonly Environment[],
  before: Tree,
  after: Tree,
): readonly string[] {
  const gated = environments.filter(isGated);
  return changedPaths(before, after).filter(
    path => path === HOLDS_FILE || gated.some(environment => ownsFile(environment, path)),
  );
}

/**
 * The changes that a commit makes to the gated environments of one branch: every pin, ignore comment and hold that it
 * adds, changes, moves or removes, and every file that could contain one. A moved file counts as one pin removed and
 * one added.
 */
export function protectedChanges(
  environments: Environments,
  gated: readonly Environment[],
  before: CommitContent,
  after: CommitContent,
): readonly ProtectedChange[] {
  const changed = changedPaths(before.tree, after.tree);
  const placesOf = placeReader(environments);
  return gated.filter(isGated).flatMap(environment => {
    const { name } = environment;
    const files = changed.flatMap(file => {
      const hidden = hides(environment, file, before.tree) ?? hides(environment, file, after.tree);
      if (hidden !== undefined) return [{ environment: name, kind: 'file', file, what: hidden } as const];
      if (!ownsFile(environment, file)) return [];
      return differences(name, file, placesOf(file, before), placesOf(file, after));
    });
    return [...files, ...changedHolds(name, before, after)];
  });
}

/** Why a path could contain pins that cannot be read; `undefined` if it cannot. */
function hides(environment: Environment, path: string, tree: Tree): string | undefined {
  const mode = modeAt(tree, path);
  if (mode === '120000' && reachesInto(environment, path)) return 'a symbolic link';
  if (mode === '160000' && reachesInto(environment, path)) return 'a submodule';
  return undefined;
}

/** What is where in a file; moving within the file is no change. */
type Places =
  | { readonly kind: 'read'; readonly places: ReadonlyMap<string, Place> }
  | { readonly kind: 'unreadable'; readonly why: string };

interface Place {
  readonly kind: 'pin' | 'mention' | 'ignored';
  readonly text: string;
}

function placeReader(environments: Environments): (file: string, commit: CommitContent) => Places {
  const read = pinReader(environments);
  return (file, { tree, texts }) => {
    if (!tree.has(file)) return { kind: 'read', places: new Map() };
    const text = texts.get(file);
    if (text === undefined) return { kind: 'unreadable', why: 'it is no text' };
    try {
      const pins = read.imagePins(file, text).map(({ image, pin }): [string, Place] => {
        const value = pin.tag ?? pin.digest ?? 'without a tag';
        return [`${image} ${pin.locator} ${pinValue(pin)}`, { kind: 'pin', text: `${image} ${value}` }];
      });
      return { kind: 'read', places: new Map([...pins, ...mentionedIn(read.mentions(file, text))]) };
    } catch (error) {
      if (!(error instanceof PromoteError) || !['INVALID', 'TOO_LARGE'].includes(error.code)) throw error;
      return { kind: 'unreadable', why: error.message };
    }
  };
}

/** Mentions have no locator: they are compared by their text and how often it occurs. */
function mentionedIn(mentions: readonly Mention[]): readonly [string, Place][] {
  const alike = Map.groupBy(mentions, ({ kind, text, reason = '' }) => `${kind} ${text} ${reason}`);
  return [...alike].flatMap(([key, found]) =>
    found.map(({ kind, text }, index): [string, Place] => {
      const isIgnored = kind === 'settled' || kind === 'unreasoned';
      return [`${key} ${index}`, { kind: isIgnored ? 'ignored' : 'mention', text }];
    }),
  );
}

function differences(
  environment: string,
  file: string,
  before: Places,
  after: Places,
): readonly ProtectedChange[] {
  if (after.kind === 'unreadable') return [{ environment, kind: 'file', file, what: after.why }];
  if (before.kind === 'unreadable') return [{ environment, kind: 'file', file, what: before.why }];
  const removed = missing(before.places, after.places).map(place => ({ ...place, how: 'removed' }));
  const added = missing(after.places, before.places).map(place => ({ ...place, how: 'added' }));
  return [...removed, ...added].map(({ kind, text, how }) => ({
    environment,
    kind,
    file,
    what: `${text} is ${how}`,
  }));
}

function missing(places: ReadonlyMap<string, Place>, others: ReadonlyMap<string, Place>): readonly Place[] {
  return [...places].flatMap(([key, place]) => (others.has(key) ? [] : [place]));
}

function changedHolds(
  environment: string,
  before: CommitContent,
  after: CommitContent,
): readonly ProtectedChange[] {
  if (before.tree.get(HOLDS_FILE) === after.tree.get(HOLDS_FILE)) return [];
  const change = { environment, kind: 'hold', file: HOLDS_FILE } as const;
  const [was, is] = [before, after].map(commit => holdsOf(environment, commit));
  if (was === undefined || is === undefined) return [{ ...change, what: 'it cannot be read' }];
  return holdChanges(was, is).map(({ kind, hold }) => ({
    ...change,
    what: `${hold.image} ${hold.digest} is ${kind}`,
  }));
}

function holdsOf(environment: string, { tree, texts }: CommitContent): readonly Hold[] | undefined {
  const text = tree.has(HOLDS_FILE) ? texts.get(HOLDS_FILE) : '';
  if (text === undefined) return undefined;
  try {
    return parseHolds(text).filter(hold => hold.environment === environment);
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'CONFIGURATION') return undefined;
    throw error;
  }
}
