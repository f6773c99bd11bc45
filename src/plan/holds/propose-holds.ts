import { type Hold, type Override, parseEntries, readableEntries } from '../../environments/holds/holds.ts';
import { type EditHolds, isSame, lifting, replacing } from './edit-holds.ts';

/** A change to the holds, given the holds of a proposal that may contain it already. */
export type ProposeHolds = (proposed: string | undefined) => EditHolds;

/**
 * Adds a hold. A hold or proposal with the same end keeps its reason and time, so that a repeated request
 * changes nothing. A request with another end or reason replaces it.
 */
export function proposeHold(
  hold: Omit<Hold, 'reason'> | Omit<Override, 'reason'>,
  reason: string | undefined,
): ProposeHolds {
  const { environment, image, digest, until, ...rest } = hold;
  const isHeld = (held: Hold) => isSame(held, hold) && held.lifted === undefined;
  const isAsked = (held: Hold) =>
    isHeld(held) && held.until === until && (reason === undefined || held.reason === reason);
  return proposed => {
    const before = readableEntries(proposed).filter(isHeld);
    const same = before.find(isAsked);
    return text => {
      const held = parseEntries(text ?? '').filter(isHeld);
      if (held.some(isAsked)) return text;
      const why = reason ?? [...before, ...held][0]?.reason ?? 'no reason was given';
      // The keys are in the order in which a hold is parsed and written.
      const fresh = { environment, image, digest, reason: why, ...rest };
      return replacing(same ?? (until === undefined ? fresh : { ...fresh, until }))(text);
    };
  };
}

/**
 * Releases a hold; if that is proposed already, its author and time stay. A hold that is only proposed needs no
 * release.
 */
export function proposeLift(
  chosen: Pick<Hold, 'environment' | 'image'> & Partial<Pick<Hold, 'digest'>>,
  lifted: NonNullable<Hold['lifted']>,
): ProposeHolds {
  return proposed => {
    const own = readableEntries(proposed).filter(
      ({ environment, image }) => environment === chosen.environment && image === chosen.image,
    );
    const newest = own
      .flatMap(held => held.lifted ?? [])
      .toSorted((one, other) => Date.parse(other.since) - Date.parse(one.since))[0];
    const isProposed = own.some(held => held.digest === chosen.digest && held.lifted === undefined);
    const { digest } = chosen;
    return text => {
      const isHeld =
        digest === undefined || parseEntries(text ?? '').some(held => isSame(held, { ...chosen, digest }));
      return isProposed && !isHeld ? text : lifting(chosen, newest ?? lifted)(text);
    };
  };
}
