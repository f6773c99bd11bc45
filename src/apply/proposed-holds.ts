import type { Hold } from '../environments/holds.ts';
import { type EditHolds, holding, lifting, readableHolds } from './holds.ts';

/** A change to the holds, given those of a proposal that may have made it already. */
export type ProposeHolds = (proposed: string | undefined) => EditHolds;

/**
 * Keeps something out. One that is proposed already keeps its words and its time, so that asking again proposes nothing
 * new, unless another end or another reason is given.
 */
export function proposeHold(hold: Omit<Hold, 'reason'>, reason: string | undefined): ProposeHolds {
  return proposed => {
    const { environment, image, digest, until, ...rest } = hold;
    const same = readableHolds(proposed).find(
      held =>
        held.environment === environment &&
        held.image === image &&
        held.digest === digest &&
        held.until === until &&
        held.lifted === undefined &&
        (reason === undefined || held.reason === reason),
    );
    // In the order that a hold is read in, since it is written as it stands.
    const fresh = { environment, image, digest, reason: reason ?? 'no reason was given', ...rest };
    return holding(same ?? (until === undefined ? fresh : { ...fresh, until }));
  };
}

/** Lets something in again; who proposed that already, and when, stays. */
export function proposeLift(
  chosen: Pick<Hold, 'environment' | 'image'> & Partial<Pick<Hold, 'digest'>>,
  lifted: NonNullable<Hold['lifted']>,
): ProposeHolds {
  return proposed => {
    const newest = readableHolds(proposed)
      .filter(({ environment, image }) => environment === chosen.environment && image === chosen.image)
      .flatMap(held => held.lifted ?? [])
      .toSorted((one, other) => Date.parse(other.since) - Date.parse(one.since))[0];
    return lifting(chosen, newest ?? lifted);
  };
}
