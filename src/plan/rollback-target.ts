import { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { HistoryEvent, HistoryMove, ImageChange } from './history.ts';
import { parseInstant } from './instant.ts';

/**
 * The target of a rollback: a number of promotions back, the state at a commit, time or version, or the states of these
 * pins.
 */
export type RollbackTarget =
  | { readonly kind: 'steps'; readonly count: number }
  | { readonly kind: 'to'; readonly text: string }
  | { readonly kind: 'states'; readonly pins: readonly FormerPin[] };

/** The state that a pin is to have again. */
export interface FormerPin {
  readonly image: string;
  readonly file: string;
  readonly locator: string;
  readonly tag?: string;
  /** Absent where it is written by its tag alone. */
  readonly digest?: Digest | undefined;
}

/** One change to a pin that a rollback undoes. */
interface UndoneMove {
  readonly event: HistoryEvent;
  readonly move: HistoryMove;
}

/** The changes that a rollback reverts. */
export interface UndoneChanges {
  /** Newest first. */
  readonly moves: readonly UndoneMove[];
  /** Whether manual edits are among the changes to revert. */
  readonly withEdits: boolean;
}

/**
 * Finds the changes between now and the target. `events` are those of the wanted images, newest first. If the newest
 * events are rollbacks, they are ignored, so that a repeated request is the same one. Throws `NOT_FOUND`, and `USAGE`
 * if a version names several images.
 */
export function undoneChanges(events: readonly HistoryEvent[], target: RollbackTarget): UndoneChanges {
  switch (target.kind) {
    case 'steps':
      return undoSteps(events, target.count);
    case 'to':
      return undoSince(events, target.text);
    case 'states':
      return undoUntil(events, target.pins);
  }
}

function undoSteps(events: readonly HistoryEvent[], count: number): UndoneChanges {
  const kinds = ['promotion', 'edit'] as const;
  const first = events.findIndex(({ images }) => images.some(({ kind }) => kind !== 'rollback'));
  const recent = new Set(events.slice(0, first).map(({ commit }) => commit));
  const stands = ({ undoneBy, before }: HistoryMove) =>
    before !== undefined && (undoneBy === undefined || recent.has(undoneBy));
  const steps = kinds.map(kind =>
    events
      .map(event => ({ event, moves: movesOf(event, change => change.kind === kind).filter(stands) }))
      .filter(({ moves }) => moves.length > 0),
  );
  const found = steps.find(({ length }) => length > 0) ?? [];
  if (found.length < count) {
    const some = found.length === 0 ? 'there is no promotion' : `there are only ${found.length} promotions`;
    throw notFound(`${some} to roll back by`);
  }
  // A pin that is further back stays there: a rollback never goes forward.
  const further = found
    .slice(count)
    .flatMap(({ moves }) => moves.filter(({ undoneBy }) => undoneBy !== undefined).map(placeOf));
  const asked = found.slice(0, count).flatMap(({ event, moves }) => moves.map(move => ({ event, move })));
  return {
    moves: asked.filter(({ move }) => !further.includes(placeOf(move))),
    withEdits: found === steps[1],
  };
}

function undoSince(events: readonly HistoryEvent[], text: string): UndoneChanges {
  const { index, image } = locate(events, text);
  const wanted = (change: ImageChange) => image === undefined || change.image === image;
  return {
    moves: events.slice(0, index).flatMap(event => movesOf(event, wanted).map(move => ({ event, move }))),
    withEdits: false,
  };
}

/** The changes from now back to the newest one that replaced the wanted state of each pin. */
function undoUntil(events: readonly HistoryEvent[], pins: readonly FormerPin[]): UndoneChanges {
  const left = new Map(pins.map(pin => [placeOf(pin), pin]));
  const moves = events.flatMap(event =>
    movesOf(event, () => true).flatMap(move => {
      const pin = left.get(placeOf(move));
      if (pin === undefined) return [];
      if (heldBefore(move, pin)) left.delete(placeOf(move));
      return [{ event, move }];
    }),
  );
  const [never] = left.values();
  if (never) throw notFound(`${never.file} ${never.locator} never held ${never.digest ?? never.tag}`);
  return { moves, withEdits: true };
}

/** Whether the pin had the wanted state before the move; without a digest, the tag decides. */
function heldBefore({ before }: HistoryMove, { tag, digest }: FormerPin): boolean {
  return before?.digest === undefined || digest === undefined
    ? before?.tag !== undefined && before.tag === tag
    : before.digest === digest && (before.tag === undefined || before.tag === tag);
}

function placeOf({ image, file, locator }: Pick<FormerPin, 'image' | 'file' | 'locator'>): string {
  return `${image}\n${file}\n${locator}`;
}

/** The event whose state is meant; for a version, the image too. */
function locate(
  events: readonly HistoryEvent[],
  text: string,
): { readonly index: number; readonly image?: string } {
  const name = text.toLowerCase();
  const commit = /^[0-9a-f]{7,64}$/.test(name)
    ? events.findIndex(event => event.commit.startsWith(name))
    : -1;
  if (commit >= 0) return { index: commit };
  const version = locateVersion(events, text);
  if (version !== undefined) return version;
  const time = parseInstant(text);
  if (time === undefined) {
    const known = 'no commit of the branch, no time, and no version that was pinned';
    throw notFound(`${JSON.stringify(text)} is ${known}`);
  }
  const index = events.findIndex(({ date }) => date <= time);
  if (index >= 0) return { index };
  throw notFound(`nothing was pinned yet at ${text}`);
}

function locateVersion(events: readonly HistoryEvent[], version: string) {
  const isMeant = ({ after }: ImageChange) => after.some(({ tag }) => isVersion(tag, version));
  const images = new Set(events.flatMap(event => event.images.filter(isMeant).map(change => change.image)));
  const [image, ...others] = images;
  if (image === undefined) return undefined;
  if (others.length > 0) {
    const had = `${[...images].join(' and ')} had that version`;
    throw new PromoteError('USAGE', `roll back to ${version}: ${had}`, {
      hint: `name it (--image ${image}), or one of the others`,
    });
  }
  const index = events.findIndex(event =>
    event.images.some(change => change.image === image && isMeant(change)),
  );
  return { index, image };
}

function isVersion(tag: string | undefined, version: string): boolean {
  return tag?.replace(/^v(?=\d)/, '') === version.replace(/^v(?=\d)/, '');
}

function movesOf({ images }: HistoryEvent, wanted: (change: ImageChange) => boolean): readonly HistoryMove[] {
  return images.filter(wanted).flatMap(({ moves }) => moves);
}

function notFound(reason: string): PromoteError {
  return new PromoteError('NOT_FOUND', `roll back: ${reason}`);
}
