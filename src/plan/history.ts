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
 * What a change to an image's pins was. `rollback`: every pin took back what it had held before a change that still
 * stood. `promotion`: the digest was pinned in the source environment by then, or the commit names it as promoted.
 * `edit`: anything else.
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

/** Tells, newest first, what each commit did to the environment's pins; the commits come oldest first. */
export function history(environment: string, commits: Iterable<PinCommit>): readonly HistoryEvent[] {
  const standing = new Map<string, Standing[]>();
  const known = new Map<string, Set<Digest>>();
  const events: HistoryEvent[] = [];
  for (const commit of commits) {
    for (const { image, digest } of commit.source) {
      known.set(image, (known.get(image) ?? new Set()).add(digest));
    }
    const trailers = readTrailers(commit.message);
    const named = trailers.environment === environment ? trailers.images : [];
    const isKnown = (image: string, digest: Digest | undefined) =>
      digest !== undefined && (known.get(image)?.has(digest) || named.includes(`${image}@${digest}`));
    const images = [...Map.groupBy(commit.moves, ({ image }) => image)].map(([image, moves]) =>
      imageChange(image, moves, commit.commit, standing, digest => isKnown(image, digest) === true),
    );
    if (images.length === 0) continue;
    const { message, moves: _, source: __, ...rest } = commit;
    events.push({ ...rest, subject: message.split('\n', 1).join('').trim(), images, trailers });
  }
  return events.reverse();
}

/** A change to one pin that nothing has taken back yet. */
interface Standing {
  readonly before: string | undefined;
  readonly undo: (commit: string) => void;
}

function imageChange(
  image: string,
  moves: readonly PinMove[],
  commit: string,
  standing: Map<string, Standing[]>,
  isKnown: (digest: Digest | undefined) => boolean,
): ImageChange {
  const tracked: { -readonly [Key in keyof HistoryMove]: HistoryMove[Key] }[] = moves.map(move => ({
    ...move,
  }));
  const places = tracked.map(move => {
    const key = `${image}\n${move.file}\n${move.locator}`;
    const stack = standing.get(key) ?? [];
    standing.set(key, stack);
    const value = move.after?.value;
    const index = value === undefined ? -1 : stack.findLastIndex(({ before }) => before === value);
    return { move, stack, index };
  });
  const isReturn = places.every(({ index }) => index >= 0);
  for (const { move, stack, index } of places) {
    if (isReturn) for (const change of stack.splice(index)) change.undo(commit);
    else {
      const undo = (by: string) => {
        move.undoneBy = by;
      };
      stack.push({ before: move.before?.value, undo });
    }
  }
  const after = distinct(moves.map(move => move.after));
  const kind = isReturn
    ? 'rollback'
    : after.length > 0 && after.every(({ digest }) => isKnown(digest))
      ? 'promotion'
      : 'edit';
  return { image, kind, before: distinct(moves.map(move => move.before)), after, moves: tracked };
}

function distinct(states: readonly (PinState | undefined)[]): readonly PinState[] {
  const found = states.filter(state => state !== undefined);
  return [...new Map(found.map(state => [state.value, state])).values()];
}
