import canonicalize from 'canonicalize';
import type { Environment } from '../../environments/environments.ts';
import { addHold, liftHolds, removeHolds } from '../../environments/holds/edit-holds.ts';
import type { HoldChange } from '../../environments/holds/hold-changes.ts';
import { type Hold, type HoldEntry, isActive, parseEntries } from '../../environments/holds/holds.ts';
import type { Candidate } from '../candidates.ts';

/**
 * A change to the text of a holds file, which may not exist yet; returns the same text if there is nothing to change.
 */
export type EditHolds = (text: string | undefined) => string | undefined;

/** The reason in the entry of a digest that was never held and may be promoted again. */
export const NEVER_HELD = 'replaced without a hold';

/** Adds a hold unless the same digest is held already; replaces an earlier one that was released. */
export function holding(hold: HoldEntry): EditHolds {
  const now = new Date(hold.since);
  return text =>
    parseEntries(text ?? '').some(held => isSame(held, hold) && isActive(held, now))
      ? text
      : replacing(hold)(text);
}

/** Writes a hold in place of all others on the same digest. */
export function replacing(hold: HoldEntry): EditHolds {
  return text => {
    const cleared = removeHolds(text ?? '', held => isSame(held, hold));
    return addHold(cleared === '' ? undefined : cleared, hold);
  };
}

/** Applies the changes between two states of the holds, except those that are applied already. */
export function applying(changes: readonly HoldChange[]): EditHolds {
  return text => changes.reduce((edited, change) => applied(change)(edited), text);
}

function applied({ kind, hold }: HoldChange): EditHolds {
  const isRemoved = kind === 'lifted' && hold.lifted === undefined;
  if (isRemoved) return text => text && removeHolds(text, held => isSame(held, hold));
  const wanted = canonicalize(hold);
  return text =>
    parseEntries(text ?? '').some(held => canonicalize(held) === wanted) ? text : replacing(hold)(text);
}

/**
 * Marks holds on digests as released. Removes holds on the whole image: nothing has to be remembered of them.
 */
export function lifting(
  chosen: Pick<Hold, 'environment' | 'image'> & Partial<Pick<Hold, 'digest'>>,
  lifted: NonNullable<Hold['lifted']>,
): EditHolds {
  const concerns = (held: Hold) =>
    isOf(held, chosen) && (chosen.digest === undefined || held.digest === chosen.digest);
  return text => {
    const marked = liftHolds(text ?? '', held => concerns(held) && held.digest !== 'all', lifted);
    const { digest } = chosen;
    const without = removeHolds(marked, held => concerns(held) && held.digest === 'all');
    const isKnown = parseEntries(without).some(concerns);
    if (isKnown || digest === undefined || digest === 'all') return text === undefined ? undefined : without;
    const { environment, image } = chosen;
    const hold = { environment, image, digest, reason: NEVER_HELD, ...lifted, lifted };
    return addHold(without === '' ? undefined : without, hold);
  };
}

/** Removes released holds whose digest is pinned again. */
export function forgetting({ name }: Environment, members: readonly Candidate[]): EditHolds {
  const pinned = members.filter(({ edits }) => edits.length > 0);
  return text =>
    text &&
    removeHolds(
      text,
      held =>
        held.lifted !== undefined &&
        pinned.some(({ image, digest }) => isSame(held, { environment: name, image, digest })),
    );
}

/** Whether a hold is on that digest, or on the whole image. */
export function isSame(
  held: Hold,
  { digest, ...image }: Pick<Hold, 'environment' | 'image' | 'digest'>,
): boolean {
  return isOf(held, image) && held.digest === digest;
}

function isOf(held: Hold, { environment, image }: Pick<Hold, 'environment' | 'image'>): boolean {
  return held.environment === environment && held.image === image;
}
