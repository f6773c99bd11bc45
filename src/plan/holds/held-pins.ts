import { type Hold, isActive } from '../../environments/holds/holds.ts';
import { type Digest, shortDigest } from '../../oci/digest.ts';
import { commandOn } from '../invocation.ts';
import type { ImagePin } from '../snapshot.ts';

/** A digest that is held out of an environment, and that its files pin all the same. */
export interface HeldPin {
  readonly environment: string;
  readonly image: string;
  readonly digest: Digest;
  /** `file:line` of each pin. */
  readonly pins: readonly string[];
  readonly hold: Hold;
  /** The newest commit at which the pins had no held digest; absent if none is known. */
  readonly before?: string | undefined;
  /** The environments file as commands name it; absent: the default. */
  readonly environmentsFile?: string | undefined;
}

/** The pins whose digest is held. A hold on a whole image does not apply to what is pinned already. */
export function heldPins(
  { environment, file }: { readonly environment: string; readonly file?: string | undefined },
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
    return places.length === 0
      ? []
      : [{ environment, image, digest, pins: places, hold, environmentsFile: file }];
  });
}

/** The problem with a held pin, and the commands that solve it. */
export function heldPinText({ environment, image, digest, hold, before, environmentsFile: file }: HeldPin) {
  const { reason, by } = hold;
  const back = ['rollback', environment, '--image', image, '--to', before?.slice(0, 12) ?? '', '--force'];
  const history = `${commandOn({ file }, 'history', environment)} shows what to roll back to`;
  const rollback = before === undefined ? history : commandOn({ file }, ...back);
  const lift = commandOn({ file }, 'lift', environment, image, '--digest', digest);
  return {
    message: `${image} ${shortDigest(digest)} is pinned and held (${by}: ${reason})`,
    hint: `${rollback}, or ${lift}`,
  };
}
