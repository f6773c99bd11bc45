import { type Hold, isStop } from '../environments/holds/holds.ts';
import type { PromoteError } from '../errors.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import type { Mention } from '../pins/mentions/mention.ts';
import { type HeldPin, heldPinText } from '../plan/holds/held-pins.ts';
import { mentionCure, mentionText } from '../plan/left-behind.ts';
import { type Block, heading, line, type Phrase, phrase, type Report, type Tone } from './document.ts';
import { failureItem, failureJson } from './failure.ts';
import type { Json } from './schemas/parts.ts';
import type { status } from './schemas/reading.ts';

/** The states of one image in one environment: several if its files differ. */
export interface PinnedState {
  readonly tag?: string | undefined;
  readonly digest?: Digest | undefined;
}

/**
 * `entry`: promoted from builds; `same` or `behind`: compared with its source environment; `none`: not pinned.
 * Where a pin has no digest: `tag` if the tags differ, else `unknown`.
 */
export interface BoardCell {
  readonly environment: string;
  readonly pinned: readonly PinnedState[];
  readonly relation: 'entry' | 'same' | 'behind' | 'tag' | 'unknown' | 'none' | 'unread';
}

/** One row of the board: an image and its pins in each environment. */
interface BoardRow {
  readonly image: string;
  readonly cells: readonly BoardCell[];
}

/** The board of images and environments. */
export interface Board {
  readonly environments: readonly string[];
  readonly rows: readonly BoardRow[];
  /** The holds that apply now. */
  readonly holds: readonly Hold[];
  /** Why some holds could not be read. */
  readonly unreadable: readonly string[];
  /** Unreadable files that may contain a pin, so the list of pins may be incomplete. */
  readonly unread: readonly {
    readonly environment: string;
    readonly file: string;
    readonly reason: string;
  }[];
  /** Why an environment could not be read at all. */
  readonly failures: readonly { readonly environment: string; readonly error: PromoteError }[];
  /** Digests that are pinned although they are held. */
  readonly pinned: readonly HeldPin[];
  /** Mentions in an environment's files outside of pins. No promotion changes them. */
  readonly left: readonly { readonly environment: string; readonly mention: Mention }[];
}

/** Reports what each environment pins, and its holds. */
export function boardReport(board: Board): Report {
  const { environments, rows, holds, unreadable, unread, left, failures, pinned } = board;
  const table = {
    kind: 'table',
    head: ['image', ...environments],
    rows: rows.map(({ image, cells }) => [phrase(image), ...cells.map(cellPhrase)]),
  } as const;
  const isUnknown = rows.some(({ cells }) =>
    cells.some(({ relation }) => relation === 'unknown' || relation === 'tag'),
  );
  const legend = heading(
    phrase('what each environment pins'),
    phrase('(<< differs from the one before it)', 'quiet'),
    ...(isUnknown ? [phrase('(~ only tags are known, as a pin has no digest)', 'quiet')] : []),
    ...(failures.length + unread.length > 0 ? [phrase('(? not all of it could be read)', 'bad')] : []),
  );
  const held = [
    ...holds.map(holdItem),
    ...pinned.map(heldPinItem),
    ...failures.map(({ environment, error }) => [phrase(environment), ...failureItem(error)]),
    ...unreadable.map(reason => [phrase(reason, 'bad')]),
    ...unread.map(({ environment, reason }) => unreadItem(environment, reason)),
    ...left.map(({ environment, mention }) => mentionItem(environment, mention)),
  ];
  const blocks: readonly Block[] = [
    ...environments.map(name => countsLine(name, rows)),
    legend,
    table,
    ...(held.length > 0 ? [items(held)] : []),
  ];
  return { blocks, json: statusJson(board) };
}

/** The pins of each environment, for programs. */
export function statusJson({
  rows,
  holds,
  unreadable,
  unread,
  left,
  failures,
  pinned,
}: Board): Json<typeof status> {
  return {
    images: rows,
    holds,
    unreadable,
    unread,
    mentions: left.map(mentionJson),
    pinnedWhileHeld: pinned.map(heldPinJson),
    failures: failures.map(({ environment, error }) => ({ environment, ...failureJson(error) })),
  };
}

/** The words and tones of the relations, in the order of counting. */
const RELATIONS = {
  behind: ['different', 'wait'],
  tag: ['with another tag', 'wait'],
  unknown: ['not compared', 'wait'],
  unread: ['not read', 'bad'],
  none: ['not pinned', 'quiet'],
  same: ['the same', 'good'],
  entry: ['pinned', 'plain'],
} satisfies Record<BoardCell['relation'], readonly [string, Tone]>;

/** `production: 1 of 5 different, 4 the same` */
function countsLine(environment: string, rows: readonly BoardRow[]): Block {
  const cells = rows.flatMap(row => row.cells.filter(cell => cell.environment === environment));
  const counted = Object.entries(RELATIONS)
    .map(([relation, [words, tone]]) => ({
      words,
      tone,
      count: cells.filter(cell => cell.relation === relation).length,
    }))
    .filter(({ count }) => count > 0);
  const phrases = counted.map(({ words, tone, count }, index) =>
    phrase(
      `${index === 0 ? `${count} of ${cells.length}` : count} ${words}${index === counted.length - 1 ? '' : ','}`,
      tone,
    ),
  );
  return line(phrase(`${environment}:`), ...(phrases.length > 0 ? phrases : [phrase('no image', 'quiet')]));
}

/** `production holds api 0123…: reason (alice, since …)` */
export function holdItem(hold: Hold): readonly Phrase[] {
  const { environment, image, digest, reason, by, since, until } = hold;
  const what = digest === 'all' ? 'all' : shortDigest(digest);
  const end = until === undefined ? '' : `, until ${until}`;
  return [
    phrase(isStop(hold) ? `${environment} is stopped:` : `${environment} holds ${image} ${what}:`, 'wait'),
    phrase(reason),
    phrase(`(${by}, since ${since}${end})`, 'quiet'),
  ];
}

/** `production api 0123… is pinned and held (alice: it breaks) (promote rollback …)` */
export function heldPinItem(held: HeldPin): readonly Phrase[] {
  const { message, hint } = heldPinText(held);
  return [
    phrase(held.environment),
    phrase(message, 'bad'),
    phrase(`(${held.pins.join(', ')}; ${hint})`, 'quiet'),
  ];
}

/** A held pin for programs. */
export function heldPinJson(held: HeldPin) {
  const { image, digest, pins, environment } = held;
  return { environment, image, digest, pins, hint: heldPinText(held).hint };
}

/** `production prod/a.yaml:3:12 stays as it is: registry.example/api:1.0.0` */
export function mentionItem(environment: string, mention: Mention): readonly Phrase[] {
  return [
    phrase(environment),
    phrase(mentionText(mention), 'bad'),
    phrase(`(${mentionCure(mention)})`, 'quiet'),
  ];
}

/** `production prod/a.yaml:3:1: not YAML: …` */
export function unreadItem(environment: string, reason: string): readonly Phrase[] {
  return [phrase(environment), phrase(`may hold a pin and cannot be read: ${reason}`, 'bad')];
}

function mentionJson({ environment, mention }: Board['left'][number]) {
  const { image, file, column, text } = mention;
  return { environment, image, file, line: mention.line, column, text, hint: mentionCure(mention) };
}

function items(entries: readonly (readonly Phrase[])[]): Block {
  return { kind: 'items', items: entries };
}

function cellPhrase({ pinned, relation }: BoardCell): Phrase {
  const states = pinned.map(({ tag, digest }) =>
    [tag, digest === undefined ? 'no digest' : shortDigest(digest)]
      .filter(part => part !== undefined)
      .join(' '),
  );
  switch (relation) {
    case 'none':
      return phrase('-', 'quiet');
    case 'behind':
      return phrase(`${states.join(' + ')} <<`, 'wait');
    case 'tag':
    case 'unknown':
      return phrase(`${states.join(' + ')} ~`, 'wait');
    case 'unread':
      return phrase([states.join(' + '), '?'].join(' ').trim(), 'bad');
    case 'entry':
    case 'same':
      return phrase(states.join(' + '), states.length > 1 ? 'bad' : 'good');
  }
}
