import type { EventKind } from '../../environments/notifications.ts';
import { shortDigest } from '../../oci/digest.ts';
import type { PromotionEvent } from './event.ts';

const WORDS = {
  opened: 'waits for review',
  green: 'is ready to merge',
  merged: 'is promoted',
  closed: 'is closed',
  'rolled-back': 'is rolled back',
  failed: 'failed',
} satisfies Record<EventKind, string>;

/** Values that are addresses and stay links: the forge's and the repository's. */
const LINKS: readonly string[] = ['url', 'repository'];
const BREAK = '\u200b';

/** The most images that a message names; the others are counted. */
const NAMED = 5;

/** The message without a template of the user. */
const DEFAULT_TEMPLATE = '{environment}: {images} {event}{reason}';

/** A message from its template. `safe` escapes each value for its place. Values are no templates. */
export function messageText(
  event: PromotionEvent,
  template: string | undefined,
  safe: (text: string) => string,
): string {
  const {
    environment,
    group = '',
    plan,
    url = '',
    commit = '',
    reason,
    repository,
    kind,
    isRollback,
  } = event;
  const isDefault = template === undefined;
  const values: Readonly<Record<string, string>> = {
    environment,
    event: isRollback && kind !== 'rolled-back' ? `(rollback) ${WORDS[kind]}` : WORDS[kind],
    images: imagesText(event.images),
    group,
    plan: plan === undefined ? '' : shortDigest(plan),
    url,
    reason: reason === undefined ? '' : isDefault ? `: ${reason}` : reason,
    commit: commit.slice(0, 12),
    repository,
  };
  return (template ?? DEFAULT_TEMPLATE).replace(/\{([a-z]+)\}/g, (_, name: string) => {
    const value = safe(values[name] ?? '');
    return LINKS.includes(name) ? value : unlinked(value);
  });
}

/** Breaks addresses with a zero-width mark, because chats turn every address into a link. */
function unlinked(text: string): string {
  return text
    .replaceAll('://', `:${BREAK}//`)
    .replace(/\b(www|mailto)([.:])/gi, (_, start: string, end: string) => `${start}${BREAK}${end}`);
}

function imagesText(images: PromotionEvent['images']): string {
  if (images.length === 0) return 'the run';
  if (images.length > NAMED) return `${images.length} images`;
  return images
    .map(({ image, tag, digest }) => {
      const version = tag ?? (digest && shortDigest(digest));
      return version === undefined ? image : `${image} ${version}`;
    })
    .join(', ');
}
