import { type Hold, parseHolds, readableHolds } from '../../environments/holds/holds.ts';
import { type EditHolds, isSame, lifting, replacing } from './edit-holds.ts';

/** A change to the holds, given those of a proposal that may have made it already. */
export type ProposeHolds = (proposed: string | undefined) => EditHolds;

/**
 * Keeps something out. What is held or proposed with that end already keeps its words and its time, so that asking again
 * changes nothing; another end or another reason takes its place.
 */
export function proposeHold(hold: Omit<Hold, 'reason'>, reason: string | undefined): ProposeHolds {
  const { environment, image, digest, until, ...rest } = hold;
  const isHeld = (held: Hold) => isSame(held, hold) && held.lifted === undefined;
  const isAsked = (held: Hold) =>
    isHeld(held) && held.until === until && (reason === undefined || held.reason === reason);
  return proposed => {
    const before = readableHolds(proposed).filter(isHeld);
    const same = before.find(isAsked);
    return text => {
      const held = parseHolds(text ?? '').filter(isHeld);
      if (held.some(isAsked)) return text;
      const why = reason ?? [...before, ...held][0]?.reason ?? 'no reason was given';
      // In the order that a hold is read in, since it is written as it stands.
      const fresh = { environment, image, digest, reason: why, ...rest };
      return replacing(same ?? (until === undefined ? fresh : { ...fresh, until }))(text);
    };
  };
}

/** Releases something; who proposed that already, and when, stays. */
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
