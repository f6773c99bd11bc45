import { type Hold, isActive } from '../../environments/holds/holds.ts';
import { type Digest, shortDigest } from '../../oci/digest.ts';
import type { ImagePin } from '../snapshot.ts';

/** A digest that is held out of an environment, and that its files pin all the same. */
export interface HeldPin {
  readonly environment: string;
  readonly image: string;
  readonly digest: Digest;
  /** `file:line` of each pin. */
  readonly pins: readonly string[];
  readonly hold: Hold;
}

/** The pins of an environment that its holds keep out; a hold on all of an image says nothing of what is pinned. */
export function heldPins(
  environment: string,
  pins: readonly ImagePin[],
  holds: readonly Hold[],
  now: Date,
): readonly HeldPin[] {
  const active = holds.filter(hold => hold.environment === environment && isActive(hold, now));
  return active.flatMap((hold): readonly HeldPin[] => {
    const { image, digest } = hold;
    if (digest === 'all') return [];
    const places = pins
      .filter(known => known.image === image && (known.pin.digest ?? known.recorded) === digest)
      .map(({ pin }) => `${pin.file}:${pin.line}`);
    return places.length === 0 ? [] : [{ environment, image, digest, pins: places, hold }];
  });
}

/** What is wrong, and the commands that end it. */
export function heldPinText({ environment, image, digest, hold }: HeldPin) {
  const { reason, by } = hold;
  return {
    message: `${image} ${shortDigest(digest)} is pinned and held (${by}: ${reason})`,
    hint: `promote rollback ${environment} --image ${image} --force, or promote lift ${environment} ${image} --digest ${digest}`,
  };
}
