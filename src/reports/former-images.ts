import { type Digest, shortDigest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { type Block, type Phrase, phrase, type Tone } from './document.ts';

/**
 * An image that an environment pinned before, in its backup. `missing`: the backup lacks something that `from` has.
 * `lost`: no registry of the environment has it whole. `undigested`: a tag alone named it. `unread`: a registry
 * failed.
 */
export interface FormerImage {
  readonly image: string;
  readonly repository: RepositoryName;
  readonly digest: Digest | undefined;
  readonly tags: readonly string[];
  readonly kind: 'complete' | 'missing' | 'lost' | 'undigested' | 'unread';
  readonly reason?: string | undefined;
  readonly from?: RepositoryName | undefined;
}

const WORDS = {
  complete: ['is in the backup', 'good'],
  missing: ['is not complete in the backup', 'bad'],
  lost: ['is in no registry of the environment any more', 'wait'],
  undigested: ['was pinned by its tag alone, so its digest is not known', 'wait'],
  unread: ['could not be read', 'bad'],
} satisfies Record<FormerImage['kind'], readonly [string, Tone]>;

/** Whether a rollback would find the image in the backup, as far as there is one. */
export function isBackedUp({ kind }: FormerImage): boolean {
  return WORDS[kind][1] !== 'bad';
}

/** A line for each image that a rollback may want. */
export function formerBlocks(images: readonly FormerImage[]): readonly Block[] {
  return images.length === 0 ? [] : [{ kind: 'items', items: images.map(formerItem) }];
}

function formerItem({ image, digest, tags, kind, reason, from }: FormerImage): readonly Phrase[] {
  const [word, tone] = WORDS[kind];
  return [
    phrase(`for rollbacks: ${[image, ...tags].join(' ')}`),
    ...(digest === undefined ? [] : [phrase(shortDigest(digest), 'quiet')]),
    phrase(word, tone),
    ...(reason === undefined ? [] : [phrase(`(${reason})`, 'quiet')]),
    ...(from === undefined ? [] : [phrase(`(--repair copies it from ${from})`, 'quiet')]),
  ];
}

/** The images for programs. */
export function formerJson(images: readonly FormerImage[]) {
  return images.map(({ digest, reason, from, ...image }) => ({
    ...image,
    digest: digest ?? null,
    reason: reason ?? null,
    from: from ?? null,
  }));
}
