import type { Environment } from '../environments/environments.ts';
import { HOLDS_CURE } from '../environments/holds/holds.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import type { Mention } from '../pins/mentions/mention.ts';
import type { HeldPin } from '../plan/holds/held-pins.ts';
import type { Base, Unproven } from '../plan/snapshot.ts';
import { type ApplyResult, applyJson, applyReport } from './apply.ts';
import { heldPinItem, heldPinJson, mentionItem, unreadItem } from './board.ts';
import { type Block, heading, line, type Phrase, phrase, type Report, type Tone } from './document.ts';
import { type FormerImage, formerBlocks, formerJson, isBackedUp } from './former-images.ts';
import type { Json } from './schemas/parts.ts';
import type { verifyEnvironment } from './schemas/reading.ts';

/**
 * The result of one check. `old`: the signer is kept only for rotation, or the state is that of the recorded
 * promotion.
 */
export interface Check {
  readonly state: 'good' | 'old' | 'bad' | 'unasked';
  /** A few words, for a table. */
  readonly summary: string;
  /** All faults of this check. */
  readonly problems: readonly string[];
}

/** One pinned digest at one of its targets. */
export interface VerifiedTarget {
  readonly image: string;
  readonly digest: Digest;
  readonly repository: string;
  /** `file:line` of each pin. */
  readonly pins: readonly string[];
  readonly checks: Readonly<Record<'image' | 'signature' | 'record' | 'evidence' | 'tags', Check>>;
  /** Why it could not be checked; then nothing else is known about it. */
  readonly failure?: string | undefined;
}

/** The result of verifying an environment. */
export interface VerifyResult {
  readonly environment: Environment;
  /** The only checked registry; absent: all registries of the environment. */
  readonly registry?: string | undefined;
  readonly base: Base;
  readonly targets: readonly VerifiedTarget[];
  /** Pins without a digest, for which the running digest is unknown: the image, and `file:line`. */
  readonly undigested: readonly { readonly image: string; readonly pin: string }[];
  /** Pins with only a tag, and why their digest is unknown: our record names another, or there is none. */
  readonly unproven?: readonly (Unproven & { readonly image: string; readonly pin: string })[] | undefined;
  /** Mentions outside of pins, whose images may also run. */
  readonly mentions?: readonly Mention[] | undefined;
  /** Digests that are pinned although they are held. */
  readonly held?: readonly HeldPin[] | undefined;
  /** Why the holds could not be read, so that a pinned digest may be held. */
  readonly unreadable?: readonly string[] | undefined;
  /** Unreadable files that may contain a pin, so the list of pins may be incomplete. */
  readonly unread?: readonly { readonly file: string; readonly reason: string }[] | undefined;
  /** What the backup has of images that a rollback may want; absent: not looked at. */
  readonly former?: readonly FormerImage[] | undefined;
  /** The repair that ran before, if there was one. */
  readonly repair?: ApplyResult;
}

/** Whether anything is wrong with the image at this target. */
export function isSound({ checks }: VerifiedTarget): boolean {
  return Object.values(checks).every(({ state }) => state !== 'bad');
}

/**
 * Whether there are pins and all of them are known. Every pin names a digest that is not held and is sound at
 * every target. No other place names an image.
 */
export function isSoundEnvironment(result: VerifyResult): boolean {
  const { targets, undigested, unproven = [], mentions = [], unread = [], held = [], former = [] } = result;
  const { unreadable = [] } = result;
  const isClean = [undigested, unproven, mentions, unread, unreadable, held].every(
    ({ length }) => length === 0,
  );
  return targets.length > 0 && isClean && targets.every(isSound) && former.every(isBackedUp);
}

const TONES = { good: 'good', old: 'wait', bad: 'bad', unasked: 'quiet' } satisfies Record<
  Check['state'],
  Tone
>;

/** Reports the state of every pinned digest at every target, and the problems. */
export function verifyReport(result: VerifyResult): Report {
  const { environment, registry, base, targets, repair } = result;
  const sound = isSoundEnvironment(result);
  const blocks = [
    ...(repair === undefined ? [] : applyReport(repair).blocks),
    heading(
      phrase(registry === undefined ? environment.name : `${environment.name}, ${registry} alone`),
      sound ? phrase('sound', 'good') : phrase('not sound', 'bad'),
      phrase(`${base.repository} ${base.branch} at ${base.commit.slice(0, 12)}`, 'quiet'),
    ),
    ...(targets.length === 0 ? [] : [table(targets)]),
    ...problemBlocks(result),
    ...formerBlocks(result.former ?? []),
    ...whatIsChecked(targets),
  ];
  return { blocks, json: verifyJson(result) };
}

/** The result for programs. */
export function verifyJson(result: VerifyResult): Json<typeof verifyEnvironment> {
  const { environment, base, targets, undigested, unproven = [], mentions = [], unread = [] } = result;
  const { held = [], repair } = result;
  return {
    environment: environment.name,
    base,
    sound: isSoundEnvironment(result),
    targets: targets.map(target => ({ ...target, sound: isSound(target) })),
    undigested,
    unproven: unproven.map(({ image, pin, reason }) => ({ image, pin, reason })),
    mentions: mentions.map(({ image, file, line, column, text }) => ({ image, file, line, column, text })),
    pinnedWhileHeld: held.map(heldPinJson),
    unreadable: result.unreadable ?? [],
    unread,
    former: result.former === undefined ? null : formerJson(result.former),
    repair: repair === undefined ? null : applyJson(repair),
  };
}

/** Says how far the check went, of the targets that could be read. */
function whatIsChecked(targets: VerifyResult['targets']): readonly Block[] {
  const unread = targets.filter(({ failure }) => failure !== undefined).length;
  if (unread === targets.length) return [];
  const where = unread === 0 ? '' : ` at ${targets.length - unread} of ${targets.length} targets`;
  const what =
    'every manifest read and compared with its digest, every blob asked for; not the bytes of blobs';
  return [line(phrase(`checked${where}: ${what}`, 'quiet'))];
}

function table(targets: readonly VerifiedTarget[]): Block {
  const cell = ({ state, summary }: Check) => phrase(summary, TONES[state]);
  return {
    kind: 'table',
    head: ['image', 'digest', 'target', 'parts', 'signature', 'record', 'evidence', 'tags'],
    rows: targets.map(({ image, digest, repository, checks }) => [
      phrase(image),
      phrase(shortDigest(digest), 'quiet'),
      phrase(repository),
      ...[checks.image, checks.signature, checks.record, checks.evidence, checks.tags].map(cell),
    ]),
  };
}

function problemBlocks(result: VerifyResult): readonly Block[] {
  const { environment, targets, undigested, unproven = [], mentions = [], unread = [], held = [] } = result;
  const { name } = environment;
  const isEmpty = [targets, undigested, unproven, unread].every(({ length }) => length === 0);
  const items = [
    ...(isEmpty ? [[phrase(name), phrase(`no file of ${name} pins an image`, 'bad')]] : []),
    ...held.map(heldPinItem),
    ...(result.unreadable ?? []).map(reason => [
      phrase(name),
      phrase(reason, 'bad'),
      phrase(`(${HOLDS_CURE})`, 'quiet'),
    ]),
    ...targets.flatMap(problemItems),
    ...undigested.map(({ image, pin }) => [
      phrase(image),
      phrase(`${pin} pins no digest: what runs there is not known`, 'bad'),
    ]),
    ...unproven.map(({ image, reason, hint }) => [
      phrase(image),
      phrase(reason, 'bad'),
      phrase(`(${hint})`, 'quiet'),
    ]),
    ...unread.map(({ reason }) => unreadItem(name, reason)),
    ...mentions.map(mention => mentionItem(mention.image, mention)),
  ];
  return items.length === 0 ? [] : [{ kind: 'items', items }];
}

function problemItems({ image, repository, pins, checks }: VerifiedTarget): readonly (readonly Phrase[])[] {
  return Object.values(checks).flatMap(({ state, problems }) =>
    problems.map(problem => [
      phrase(image),
      phrase(`${repository}: ${problem}`, TONES[state]),
      phrase(`(${pins.join(', ')})`, 'quiet'),
    ]),
  );
}
