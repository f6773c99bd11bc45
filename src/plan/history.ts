import type { Digest } from '../oci/digest.ts';
import type { PinMove, PinState } from './pin-moves.ts';
import { readTrailers, type Trailers } from './trailers.ts';

/** One commit of an environment's files, reduced to its changes to pins. */
export interface PinCommit {
  readonly commit: string;
  readonly date: Date;
  readonly author: string;
  readonly message: string;
  readonly moves: readonly PinMove[];
  /** The new states of the source environment's pins in this commit, if both environments share one history. */
  readonly source: readonly { readonly image: string; readonly digest: Digest }[];
  /** Files whose text could not be read as YAML; such a version counts as a file without pins. */
  readonly unreadable: readonly string[];
}

/**
 * The kind of a change, from the commit's trailers, else from the pins. `rollback`: every pin got back the value that
 * it had before a change that was still in effect. `promotion`: the source environment pinned the digest by then.
 * `edit`: anything else.
 */
export type ChangeKind = 'promotion' | 'rollback' | 'edit';

/** A move, and the commit that reverted it. */
export interface HistoryMove extends PinMove {
  readonly undoneBy?: string;
}

/** The change that one commit made to one image. */
export interface ImageChange {
  readonly image: string;
  readonly kind: ChangeKind;
  /** Each state once; empty if the image was not pinned before, or is no longer pinned. */
  readonly before: readonly PinState[];
  readonly after: readonly PinState[];
  readonly moves: readonly HistoryMove[];
}

/** One commit that changed pins. */
export interface HistoryEvent extends Omit<PinCommit, 'moves' | 'source' | 'message'> {
  readonly subject: string;
  readonly images: readonly ImageChange[];
  /** From the commit's message, for display only. */
  readonly trailers: Trailers;
}

/** Whether a digest of an image was held out of the environment at a time. */
export type IsHeld = (image: string, digest: Digest, at: Date) => boolean;

/** The changes to the environment's pins, newest first, one event a commit; the commits are passed oldest first. */
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
      const isNamed = (digest: Digest | undefined) =>
        named.some(written =>
          digest === undefined ? written.startsWith(`${image}@`) : written === `${image}@${digest}`,
        );
      return imageChange(image, moves, commit.commit, unreverted, {
        isNamed,
        isReverting: trailers.reverts,
        isInSource: digest =>
          digest !== undefined &&
          known.get(image)?.has(digest) === true &&
          !isHeld(image, digest, commit.date),
      });
    });
    if (images.length === 0) continue;
    const { message, moves: _, source: __, ...rest } = commit;
    events.push({ ...rest, subject: message.split('\n', 1).join('').trim(), images, trailers });
  }
  return events.reverse();
}

/** A change to one pin that has not been reverted. */
interface Unreverted {
  readonly before: PinState | undefined;
  readonly undo: (commit: string) => void;
}

/** What is known of a digest besides the pins; the digest is `undefined` for a pin by tag alone. */
interface Knowledge {
  /** Whether the commit's trailers name the digest; `isReverting`: as the target of a rollback. */
  readonly isNamed: (digest: Digest | undefined) => boolean;
  readonly isReverting: boolean;
  readonly isInSource: (digest: Digest | undefined) => boolean;
}

function imageChange(
  image: string,
  moves: readonly PinMove[],
  commit: string,
  unreverted: Map<string, Unreverted[]>,
  { isNamed, isReverting, isInSource }: Knowledge,
): ImageChange {
  const after = distinct(moves.map(move => move.after));
  // A version beside other pins only repeats which image these choose.
  const beside = after.filter(({ digest, form }) => digest !== undefined || form !== 'version');
  const deciding = beside.length > 0 ? beside : after;
  const isAll = (is: (digest: Digest | undefined) => boolean) =>
    deciding.length > 0 && deciding.every(({ digest }) => is(digest));
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
    // A rollback to a state before the known history reverts all known changes.
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

/** Whether two states are the same; a pin by tag alone may have got its digest meanwhile. */
function isSame(before: PinState | undefined, after: PinState | undefined, isSaid: boolean): boolean {
  if (before === undefined || after === undefined) return false;
  const isLoose = isSaid && before.digest === undefined && before.tag !== undefined;
  return before.value === after.value || (isLoose && before.tag === after.tag);
}

function distinct(states: readonly (PinState | undefined)[]): readonly PinState[] {
  const found = states.filter(state => state !== undefined);
  return [...new Map(found.map(state => [state.value, state])).values()];
}
