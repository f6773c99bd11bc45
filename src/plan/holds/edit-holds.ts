import type { Environment } from '../../environments/environments.ts';
import { addHold, liftHolds, removeHolds } from '../../environments/holds/edit-holds.ts';
import { type Hold, isActive, parseHolds } from '../../environments/holds/holds.ts';
import type { Candidate } from '../candidates.ts';

/** A change to the text of a holds file, which may not exist yet; the same text where there is nothing to change. */
export type EditHolds = (text: string | undefined) => string | undefined;

/** Adds a hold unless the same digest is held already; an earlier one that was lifted makes way. */
export function holding(hold: Hold): EditHolds {
  const now = new Date(hold.since);
  return text =>
    parseHolds(text ?? '').some(held => isSame(held, hold) && isActive(held, now))
      ? text
      : replacing(hold)(text);
}

/** Writes a hold in place of every other on the same digest. */
export function replacing(hold: Hold): EditHolds {
  return text => {
    const cleared = removeHolds(text ?? '', held => isSame(held, hold));
    return addHold(cleared === '' ? undefined : cleared, hold);
  };
}

/** Marks holds on digests as lifted and removes those on all of the image, which leave nothing to allow. */
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
    const isKnown = parseHolds(without).some(concerns);
    if (isKnown || digest === undefined || digest === 'all') return text === undefined ? undefined : without;
    const { environment, image } = chosen;
    const hold = { environment, image, digest, reason: 'replaced without a hold', ...lifted, lifted };
    return addHold(without === '' ? undefined : without, hold);
  };
}

/** Forgets lifted holds on what is pinned again. */
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

/** Whether a hold is on that digest, or on all of that image. */
export function isSame(
  held: Hold,
  { digest, ...image }: Pick<Hold, 'environment' | 'image' | 'digest'>,
): boolean {
  return isOf(held, image) && held.digest === digest;
}

function isOf(held: Hold, { environment, image }: Pick<Hold, 'environment' | 'image'>): boolean {
  return held.environment === environment && held.image === image;
}
