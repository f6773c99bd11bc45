import type { Attachment } from '../images/attachments.ts';
import type { ImagePlatform } from '../images/tree.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import type { PromotionRecord } from '../records/statement.ts';
import { type Block, heading, line, type Phrase, phrase, type Report } from './document.ts';
import type { Json } from './schemas/parts.ts';
import type { inspect } from './schemas/reading.ts';

/** An attachment of an image. Records of promotions are recognised. */
export interface InspectedAttachment extends Omit<Attachment, 'kind'> {
  readonly kind: Attachment['kind'] | 'record';
  readonly record?: PromotionRecord | undefined;
}

/** An image and all its attachments. */
export interface InspectedImage {
  readonly reference: string;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly platforms: readonly ImagePlatform[];
  readonly attachments: readonly InspectedAttachment[];
  readonly notices: readonly string[];
}

const TITLES = {
  signature: 'signatures',
  record: 'records',
  attestation: 'attestations',
  sbom: 'SBOMs',
  other: 'other artifacts',
  unreadable: 'unreadable',
} satisfies Record<InspectedAttachment['kind'], string>;

/** The name of each kind of attachment to another attachment. */
const NAMES = {
  signature: 'signature',
  record: 'record',
  attestation: 'attestation',
  sbom: 'SBOM',
  other: 'artifact',
  unreadable: 'unreadable',
} satisfies Record<InspectedAttachment['kind'], string>;

/** The tree of an image: its platforms, then its attachments by kind, each with its own attachments. */
export function inspectReport(image: InspectedImage): Report {
  const { reference, digest, mediaType, platforms, attachments, notices } = image;
  const kinds = Object.entries(TITLES).flatMap(([kind, title]): readonly Block[] => {
    const items = attachments.filter(
      ({ kind: own, subject }) => own === kind && !attachments.some(({ digest }) => digest === subject),
    );
    if (items.length === 0) return [];
    return [
      line(phrase(title), phrase(`${items.length}`, 'quiet')),
      { kind: 'items', items: items.flatMap(item => attachmentItems(image, item)) },
    ];
  });
  const blocks: readonly Block[] = [
    heading(phrase(reference), phrase(digest, 'quiet')),
    line(phrase(mediaType, 'quiet')),
    { kind: 'items', items: platforms.map(platformItem) },
    ...kinds,
    ...(attachments.length === 0 ? [line(phrase('nothing is attached', 'quiet'))] : []),
    ...notices.map(notice => line(phrase(notice, 'wait'))),
    line(phrase('nothing here is verified: promote verify says what counts', 'quiet')),
  ];
  return { blocks, json: image satisfies Json<typeof inspect> };
}

function platformItem({ platform, digest, layers, size }: ImagePlatform): readonly Phrase[] {
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

/** An attachment, and below it its own attachments. */
function attachmentItems(
  image: InspectedImage,
  attachment: InspectedAttachment,
  depth = 0,
): readonly (readonly Phrase[])[] {
  const { digest } = attachment;
  const others = image.attachments.filter(other => other.digest === digest);
  // If a manifest contains several signatures, its own attachments are listed once.
  const below = others[0] === attachment ? image.attachments.filter(({ subject }) => subject === digest) : [];
  const name = phrase(`${'  '.repeat(depth)}└ ${NAMES[attachment.kind]}`);
  return [
    [...(depth === 0 ? [] : [name]), ...attachmentItem(image, attachment)],
    ...below.flatMap(child => attachmentItems(image, child, depth + 1)),
  ];
}

function attachmentItem(
  { platforms, digest }: InspectedImage,
  attachment: InspectedAttachment,
): readonly Phrase[] {
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

function signerText({ by, time, logIndex }: InspectedAttachment): string {
  const at = time === undefined ? '' : ` at ${time}`;
  const logged = logIndex === undefined ? '' : `, log entry ${logIndex}`;
  return by === undefined ? '' : `by ${by}${at}${logged}`;
}
