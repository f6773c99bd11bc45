import { type Digest, shortDigest } from '../oci/digest.ts';
import type { PromotionRecord } from '../records/statement.ts';
import { type Block, heading, line, type Phrase, phrase, type Report } from './document.ts';

/** A platform's part of an image. */
export interface InspectedPlatform {
  readonly platform: string;
  readonly digest: Digest;
  readonly layers: number;
  /** Bytes of config and layers, as they are stored. */
  readonly size: number;
}

/** Something that is attached to an image, as it says itself. */
export interface Attachment {
  readonly kind: 'signature' | 'attestation' | 'record' | 'sbom' | 'other' | 'unreadable';
  /** The manifest it is attached to. */
  readonly subject: Digest;
  /** The manifest it is kept in. */
  readonly digest: Digest;
  /** cosign's tag; absent: a referrer. */
  readonly tag?: string;
  /** The predicate's type, else the artifact's. */
  readonly type: string;
  readonly by?: string;
  /** ISO 8601. */
  readonly time?: string;
  readonly logIndex?: string;
  readonly record?: PromotionRecord;
}

/** An image and everything attached to it. */
export interface InspectedImage {
  readonly reference: string;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly platforms: readonly InspectedPlatform[];
  readonly attachments: readonly Attachment[];
  readonly notices: readonly string[];
}

const TITLES = {
  signature: 'signatures',
  record: 'records',
  attestation: 'attestations',
  sbom: 'SBOMs',
  other: 'other artifacts',
  unreadable: 'unreadable',
} satisfies Record<Attachment['kind'], string>;

/** The tree of an image: its platforms, then what is attached to it, by kind. */
export function inspectReport(image: InspectedImage): Report {
  const { reference, digest, mediaType, platforms, attachments, notices } = image;
  const kinds = Object.entries(TITLES).flatMap(([kind, title]): readonly Block[] => {
    const items = attachments.filter(attachment => attachment.kind === kind);
    if (items.length === 0) return [];
    return [
      line(phrase(title), phrase(`${items.length}`, 'quiet')),
      { kind: 'items', items: items.map(item => attachmentItem(image, item)) },
    ];
  });
  const blocks: readonly Block[] = [
    heading(phrase(reference), phrase(digest, 'quiet')),
    line(phrase(mediaType, 'quiet')),
    { kind: 'items', items: platforms.map(platformItem) },
    ...kinds,
    ...(attachments.length === 0 ? [line(phrase('nothing is attached', 'quiet'))] : []),
    ...notices.map(notice => line(phrase(notice, 'wait'))),
    line(phrase('what is attached speaks for itself here; promote verify says whether it counts', 'quiet')),
  ];
  return { blocks, json: image };
}

function platformItem({ platform, digest, layers, size }: InspectedPlatform): readonly Phrase[] {
  return [
    phrase(platform),
    phrase(shortDigest(digest), 'quiet'),
    phrase(`${sizeText(size)} in ${layers} layers`),
  ];
}

function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function attachmentItem({ platforms, digest }: InspectedImage, attachment: Attachment): readonly Phrase[] {
  const { subject, tag, type, record } = attachment;
  const platform = platforms.find(entry => entry.digest === subject && subject !== digest)?.platform;
  return [
    phrase(tag === undefined ? shortDigest(attachment.digest) : `tag ${tag}`, 'quiet'),
    ...(attachment.kind === 'signature' || record ? [] : [phrase(type)]),
    ...(record === undefined ? [] : [phrase(recordText(record))]),
    phrase(signerText(attachment)),
    ...(platform === undefined ? [] : [phrase(`of ${platform}`)]),
  ];
}

function recordText({ kind, environment, planDigest, approvals, time }: PromotionRecord): string {
  const names = approvals.map(({ name }) => name);
  const approved = names.length === 0 ? '' : `, approved by ${names.join(', ')}`;
  const what =
    kind === 'rollback' ? `${environment.to} rolled back` : `${environment.to} <- ${environment.from}`;
  return `${what}, plan ${shortDigest(planDigest)}, ${time}${approved}`;
}

function signerText({ by, time, logIndex }: Attachment): string {
  const at = time === undefined ? '' : ` at ${time}`;
  const logged = logIndex === undefined ? '' : `, log entry ${logIndex}`;
  return by === undefined ? '' : `by ${by}${at}${logged}`;
}
