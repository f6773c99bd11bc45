import type { Digest } from '../oci/digest.ts';
import type { PinMove, PinState } from './pin-moves.ts';
import { readTrailers, type Trailers } from './trailers.ts';

/** One commit of an environment's files, reduced to what it did to their pins. */
export interface PinCommit {
  readonly commit: string;
  readonly date: Date;
  readonly author: string;
  readonly message: string;
  readonly moves: readonly PinMove[];
  /** What the source environment's pins came to hold with this commit, where one history tells of both. */
  readonly source: readonly { readonly image: string; readonly digest: Digest }[];
  /** Files whose text before or after could not be read as YAML; such a version counts as without pins. */
  readonly unreadable: readonly string[];
}

/**
 * What a change to an image's pins was, as the commit's trailers say, else as the pins tell. `rollback`: every pin took
 * back what it had held before a change that still stood. `promotion`: the digest was pinned in the source environment
 * by then. `edit`: anything else.
 */
export type ChangeKind = 'promotion' | 'rollback' | 'edit';

/** A move, and the commit that took it back. */
export interface HistoryMove extends PinMove {
  readonly undoneBy?: string;
}

/** What one commit did to one image. */
export interface ImageChange {
  readonly image: string;
  readonly kind: ChangeKind;
  /** Without repetition; empty where it came to be pinned, or is not pinned any more. */
  readonly before: readonly PinState[];
  readonly after: readonly PinState[];
  readonly moves: readonly HistoryMove[];
}

/** One commit that changed pins. */
export interface HistoryEvent extends Omit<PinCommit, 'moves' | 'source' | 'message'> {
  readonly subject: string;
  readonly images: readonly ImageChange[];
  /** From the message: enrichment alone. */
  readonly trailers: Trailers;
}

/** Whether a digest of an image was held out of the environment at a time. */
export type IsHeld = (image: string, digest: Digest, at: Date) => boolean;

/** Tells, newest first, what each commit did to the environment's pins; the commits come oldest first. */
export function history(
  environment: string,
  commits: Iterable<PinCommit>,
  isHeld: IsHeld = () => false,
): readonly HistoryEvent[] {
  const unreverted = new Map<string, Unreverted[]>();
  const known = new Map<string, Set<Digest>>();
  const events: HistoryEvent[] = [];
  for (const commit of commits) {
    for (const { image, digest } of commit.source) {
      known.set(image, (known.get(image) ?? new Set()).add(digest));
    }
    const trailers = readTrailers(commit.message);
    const named = trailers.environment === environment ? trailers.images : [];
    const images = [...Map.groupBy(commit.moves, ({ image }) => image)].map(([image, moves]) => {
      const isNamed = (digest: Digest) => named.includes(`${image}@${digest}`);
      return imageChange(image, moves, commit.commit, unreverted, {
        isNamed,
        isReverting: trailers.reverts,
        isInSource: digest => known.get(image)?.has(digest) === true && !isHeld(image, digest, commit.date),
      });
    });
    if (images.length === 0) continue;
    const { message, moves: _, source: __, ...rest } = commit;
    events.push({ ...rest, subject: message.split('\n', 1).join('').trim(), images, trailers });
  }
  return events.reverse();
}

/** A change to one pin that nothing has reverted yet. */
interface Unreverted {
  readonly before: PinState | undefined;
  readonly undo: (commit: string) => void;
}

/** What is known of a digest beside the pins. */
interface Knowledge {
  /** Whether the commit's trailers name it, and if so, as what it rolls back to. */
  readonly isNamed: (digest: Digest) => boolean;
  readonly isReverting: boolean;
  readonly isInSource: (digest: Digest) => boolean;
}

function imageChange(
  image: string,
  moves: readonly PinMove[],
  commit: string,
  unreverted: Map<string, Unreverted[]>,
  { isNamed, isReverting, isInSource }: Knowledge,
): ImageChange {
  const after = distinct(moves.map(move => move.after));
  const isAll = (is: (digest: Digest) => boolean) =>
    after.length > 0 && after.every(({ digest }) => digest !== undefined && is(digest));
  const said = isAll(isNamed) ? (isReverting ? 'rollback' : 'promotion') : undefined;
  const tracked: { -readonly [Key in keyof HistoryMove]: HistoryMove[Key] }[] = moves.map(move => ({
    ...move,
  }));
  const places = tracked.map(move => {
    const key = `${image}\n${move.file}\n${move.locator}`;
    const stack = unreverted.get(key) ?? [];
    unreverted.set(key, stack);
    const index = stack.findLastIndex(({ before }) => isSame(before, move.after, said === 'rollback'));
    return { move, stack, index };
  });
  const isReturn = said === undefined ? places.every(({ index }) => index >= 0) : said === 'rollback';
  for (const { move, stack, index } of places) {
    // A rollback to something older than is known reverts all that is known.
    if (isReturn) for (const change of stack.splice(Math.max(index, 0))) change.undo(commit);
    else {
      const undo = (by: string) => {
        move.undoneBy = by;
      };
      stack.push({ before: move.before, undo });
    }
  }
  const kind = isReturn ? 'rollback' : said === 'promotion' || isAll(isInSource) ? 'promotion' : 'edit';
  return { image, kind, before: distinct(moves.map(move => move.before)), after, moves: tracked };
}

/** What was pinned by a tag alone comes back with its digest, where that is said. */
function isSame(before: PinState | undefined, after: PinState | undefined, isSaid: boolean): boolean {
  if (before === undefined || after === undefined) return false;
  const isLoose = isSaid && before.digest === undefined && before.tag !== undefined;
  return before.value === after.value || (isLoose && before.tag === after.tag);
}

function distinct(states: readonly (PinState | undefined)[]): readonly PinState[] {
  const found = states.filter(state => state !== undefined);
  return [...new Map(found.map(state => [state.value, state])).values()];
}
