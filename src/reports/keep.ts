import type { PromoteError } from '../errors.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import type { Need, NeededImage } from '../plan/needed.ts';
import { counted } from './counts.ts';
import { type Block, heading, line, type Phrase, phrase, type Report } from './document.ts';
import { failureItem, failureJson } from './failure.ts';
import type { keep } from './schemas/keep.ts';
import type { Json } from './schemas/parts.ts';

/** A manifest that must stay, and its role. */
export interface KeptManifest {
  readonly digest: Digest;
  readonly kind: 'image' | 'platform' | 'evidence';
}

/** The parts of an image that must stay. `absent`: it has none. `unread`: the registry did not answer. */
export type KeptParts =
  | { readonly state: 'kept'; readonly manifests: readonly KeptManifest[]; readonly tags: readonly string[] }
  | { readonly state: 'absent' }
  | { readonly state: 'unread'; readonly error: PromoteError };

/** An image that is needed, and its parts. */
export interface KeptImage extends NeededImage {
  readonly parts: KeptParts;
}

/** Everything that clean-ups must leave alone. */
export interface Kept {
  readonly last: number;
  readonly images: readonly KeptImage[];
  /** Environments whose needs are not completely known, and why. */
  readonly failures: readonly { readonly environment: string; readonly error: PromoteError }[];
}

/** A digest to be deleted, and an image that needs it. */
export interface StillNeeded {
  readonly digest: Digest;
  readonly by: KeptImage;
}

/** Whether the needs of every environment and image are known. */
export function isAnswered({ images, failures }: Kept): boolean {
  return failures.length === 0 && images.every(({ parts }) => parts.state !== 'unread');
}

/** Those digests that must stay, each with every image that needs it. */
export function neededOf({ images }: Kept, doomed: readonly Digest[]): readonly StillNeeded[] {
  return [...new Set(doomed)].flatMap(digest =>
    images
      .filter(image => manifestsOf(image).some(kept => kept.digest === digest))
      .map(by => ({ digest, by })),
  );
}

/** Reports what must stay, or which of the digests may not be deleted. */
export function keepReport(kept: Kept, doomed: readonly Digest[] | undefined): Report {
  const needed = doomed && neededOf(kept, doomed);
  const unknown = unknownItems(kept);
  const json = {
    last: kept.last,
    complete: isAnswered(kept),
    images: kept.images.map(imageJson),
    failures: kept.failures.map(({ environment, error }) => ({ environment, ...failureJson(error) })),
    stillNeeded:
      needed?.map(({ digest, by: { image, repository } }) => ({ digest, image, repository })) ?? null,
  } satisfies Json<typeof keep>;
  const found = needed === undefined ? listBlocks(kept) : checkBlocks(kept, doomed ?? [], needed);
  return { blocks: [...found, ...(unknown.length === 0 ? [] : [items(unknown)])], json };
}

function listBlocks(kept: Kept): readonly Block[] {
  const { images, last } = kept;
  const byRepository = Map.groupBy(images, ({ repository }) => repository);
  const distinct = [...byRepository.values()].map(
    own => new Set(own.flatMap(manifestsOf).map(({ digest }) => digest)).size,
  );
  const total = distinct.reduce((sum, size) => sum + size, 0);
  return [
    heading(
      phrase(`to keep: ${counted(total, 'digest')} in ${counted(byRepository.size, 'repository')}`),
      phrase(`(pinned, proposed, or in the last ${counted(last, 'change')} of an environment)`, 'quiet'),
    ),
    ...[...byRepository].flatMap(([repository, own]) => [
      line(phrase(repository)),
      items(own.map(imageItem)),
    ]),
  ];
}

function checkBlocks(
  kept: Kept,
  doomed: readonly Digest[],
  needed: readonly StillNeeded[],
): readonly Block[] {
  const total = counted(new Set(doomed).size, 'digest');
  if (needed.length > 0) {
    const count = new Set(needed.map(({ digest }) => digest)).size;
    return [
      heading(phrase(`${count} of ${total} must stay`, 'bad')),
      items(needed.map(({ digest, by }) => [phrase(digest, 'bad'), ...imageItem(by)])),
    ];
  }
  const isKnown = isAnswered(kept);
  return [
    heading(
      isKnown
        ? phrase(`${total} to delete: no environment needs one`, 'good')
        : phrase(`${total} to delete: it is not known whether an environment needs one`, 'bad'),
    ),
  ];
}

/** `api 1.4.0 0123…, 2 platforms, 3 of evidence: production pins it; qa had it` */
function imageItem(image: KeptImage): readonly Phrase[] {
  const { parts, digest, tags } = image;
  const name = phrase([image.image, ...tags].join(' '));
  const short = digest === undefined ? [] : [phrase(shortDigest(digest), 'quiet')];
  const why = phrase(whyText(image.needs), 'quiet');
  if (parts.state === 'absent') return [name, ...short, phrase('is not there', 'bad'), why];
  if (parts.state === 'unread') return [name, ...short, phrase('cannot be read', 'bad'), why];
  const count = (kind: KeptManifest['kind']) => parts.manifests.filter(kept => kept.kind === kind).length;
  const [platforms, evidence] = [count('platform'), count('evidence')];
  const with_ = [
    ...(platforms === 0 ? [] : [counted(platforms, 'platform')]),
    ...(evidence === 0 ? [] : [`${evidence} of evidence`]),
  ];
  return [name, ...short, ...(with_.length === 0 ? [] : [phrase(`with ${with_.join(', ')}`)]), why];
}

const WHY = { pinned: 'pins it', proposed: 'may get it', former: 'had it' } satisfies Record<
  Need['why'],
  string
>;

/** Each environment's strongest reason, `production pins it; qa had it`. */
function whyText(needs: readonly Need[]): string {
  const byEnvironment = Map.groupBy(needs, ({ environment }) => environment);
  const reasons = [...byEnvironment].map(([environment, own]) => {
    const kinds = (['pinned', 'proposed', 'former'] as const).filter(why =>
      own.some(need => need.why === why),
    );
    const [strongest = 'former'] = kinds;
    return `${environment} ${WHY[strongest]}`;
  });
  return `(${reasons.join('; ')})`;
}

function unknownItems({ images, failures }: Kept): readonly (readonly Phrase[])[] {
  return [
    ...failures.map(({ environment, error }) => [phrase(environment), ...failureItem(error)]),
    ...images.flatMap(({ repository, parts }) =>
      parts.state === 'unread' ? [[phrase(repository), ...failureItem(parts.error)]] : [],
    ),
  ];
}

function imageJson({ image, repository, digest, needs, tags, parts }: KeptImage) {
  const found = { image, repository, digest: digest ?? null, needs, state: parts.state };
  switch (parts.state) {
    case 'kept':
      return { ...found, manifests: parts.manifests, tags: parts.tags };
    case 'absent':
      return { ...found, manifests: [], tags };
    case 'unread':
      return { ...found, manifests: [], tags, error: failureJson(parts.error) };
  }
}

function manifestsOf({ parts }: KeptImage): readonly KeptManifest[] {
  return parts.state === 'kept' ? parts.manifests : [];
}

function items(found: readonly (readonly Phrase[])[]): Block {
  return { kind: 'items', items: found };
}
