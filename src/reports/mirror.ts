import type { Mirror } from '../environments/mirrors.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import { counted } from './counts.ts';
import { type Block, heading, line, type Phrase, phrase, type Report, type Tone } from './document.ts';
import { failedTexts, type RefreshResult, refreshReport } from './refresh.ts';
import type { mirror as mirrorSchema } from './schemas/mirror.ts';
import type { Json } from './schemas/parts.ts';

/**
 * One tag of a mirror. `copy`, `complete`, `evidence`, `move`: what has to be written. `left`: its tag moved at the
 * origin, and the mirror keeps what it has. `gone`: the origin has no such tag any more. `waiting`: the origin
 * limits requests.
 */
export interface MirroredTag {
  readonly tag: string;
  readonly kind: 'current' | Carried | 'left' | 'gone' | 'unsigned' | 'waiting' | 'failed';
  /** What the origin's tag names. */
  readonly digest?: Digest | undefined;
  /** What the mirror's tag names, if that is another digest. */
  readonly kept?: Digest | undefined;
  /** The tag that what was moved from has now. */
  readonly formerTag?: string | undefined;
  /** The accepted signer whose signature was verified; absent: none was asked for. */
  readonly signedBy?: string | undefined;
  readonly reason?: string | undefined;
}

/** What a run writes for a tag. */
export type Carried = 'copy' | 'complete' | 'evidence' | 'move';

/** One mirror, and each of its tags. */
export interface MirrorResult {
  readonly mirror: Mirror;
  readonly tags: readonly MirroredTag[];
  /** Why newer tags are not known this time. */
  readonly unlisted?: { readonly kind: 'failed' | 'waiting'; readonly reason: string } | undefined;
}

/** What a run of mirrors did, or with `isPlan` would do. */
export interface MirrorRun {
  readonly mirrors: readonly MirrorResult[];
  /** Where files are changed to name the copies. */
  readonly pins: readonly RefreshResult[];
  readonly isPlan: boolean;
}

/** Whether something could not be read or written. */
export function hasFailed({ mirrors, pins }: MirrorRun): boolean {
  return (
    mirrors.some(
      ({ tags, unlisted }) => unlisted?.kind === 'failed' || tags.some(({ kind }) => kind === 'failed'),
    ) || failedTexts(pins).length > 0
  );
}

/** Whether an image lacks a signature that is required. */
export function isUnsigned({ mirrors }: MirrorRun): boolean {
  return mirrors.some(({ tags }) => tags.some(({ kind }) => kind === 'unsigned'));
}

/** Whether a tag's copy is to be written. */
export function isCarried(kind: MirroredTag['kind']): kind is Carried {
  return kind in PLANNED;
}

const DONE = {
  copy: 'copied',
  complete: 'completed',
  evidence: 'got its evidence',
  move: 'moved',
} satisfies Record<Carried, string>;

const PLANNED = {
  copy: 'to copy',
  complete: 'to complete',
  evidence: 'to get its evidence',
  move: 'to move',
} satisfies Record<Carried, string>;

const OTHER = {
  current: 'up to date',
  left: 'moved at its origin, left as it is',
  gone: 'gone at its origin, kept',
  unsigned: 'not signed',
  waiting: 'waits',
  failed: 'failed',
} satisfies Record<Exclude<MirroredTag['kind'], Carried>, string>;

const TONES: Partial<Record<MirroredTag['kind'], Tone>> = {
  current: 'quiet',
  left: 'wait',
  gone: 'wait',
  waiting: 'wait',
  unsigned: 'bad',
  failed: 'bad',
};

/** Reports each tag of each mirror, and the pull requests that change files. */
export function mirrorReport(run: MirrorRun): Report {
  const pins = refreshReport(run.pins, 'mirrors in');
  return {
    blocks: [...run.mirrors.flatMap(result => mirrorBlocks(result, run.isPlan)), ...pins.blocks],
    json: {
      ...jsonOf(run),
      ...(pins.json as Pick<Json<typeof mirrorSchema>, 'repositories'>),
    } satisfies Json<typeof mirrorSchema>,
  };
}

function mirrorBlocks({ mirror, tags, unlisted }: MirrorResult, isPlan: boolean): readonly Block[] {
  const { name, from, to, signature } = mirror;
  const written = tags.filter(({ kind }) => isCarried(kind)).length;
  const count = `${counted(tags.length, 'tag')}, ${written} ${isPlan ? 'to write' : 'written'}`;
  return [
    heading(phrase(`${name}:`), phrase(count)),
    line(phrase(`${from} -> ${to}`, 'quiet')),
    ...(signature.length === 0
      ? [line(phrase('signatures are not verified: the mirror names no `signature`', 'quiet'))]
      : []),
    { kind: 'items', items: tags.map(tag => item(tag, isPlan)) },
    ...(unlisted === undefined
      ? []
      : [line(phrase('newer tags are not known:', TONES[unlisted.kind]), phrase(unlisted.reason))]),
  ];
}

function item(
  { tag, kind, digest, kept, formerTag, signedBy, reason }: MirroredTag,
  isPlan: boolean,
): readonly Phrase[] {
  const word = isCarried(kind) ? (isPlan ? PLANNED : DONE)[kind] : OTHER[kind];
  return [
    phrase(tag),
    phrase(word, TONES[kind] ?? 'good'),
    ...(digest === undefined ? [] : [phrase(shortDigest(digest), 'quiet')]),
    ...(kept === undefined
      ? []
      : [phrase(`(${kind === 'move' ? 'from' : 'here'} ${shortDigest(kept)})`, 'quiet')]),
    ...(formerTag === undefined ? [] : [phrase(`kept as ${formerTag}`, 'quiet')]),
    ...(signedBy === undefined ? [] : [phrase(`signed by ${signedBy}`, 'quiet')]),
    ...(reason === undefined ? [] : [phrase(reason, 'quiet')]),
  ];
}

function jsonOf({ mirrors, isPlan }: MirrorRun) {
  return {
    planned: isPlan,
    mirrors: mirrors.map(({ mirror: { name, from, to, signature }, tags, unlisted }) => ({
      name,
      from,
      to,
      verified: signature.length > 0,
      unlisted: unlisted ?? null,
      tags: tags.map(({ tag, kind, digest, kept, formerTag, signedBy, reason }) => ({
        tag,
        kind,
        digest: digest ?? null,
        kept: kept ?? null,
        formerTag: formerTag ?? null,
        signedBy: signedBy ?? null,
        reason: reason ?? null,
      })),
    })),
  };
}
