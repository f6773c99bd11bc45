import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { pinValue } from '../pins/value.ts';
import type { ImagePin } from './snapshot.ts';

/** What a pin held at some commit. */
export interface PinState {
  /** As `pinValue` writes it; equal values are equal states. */
  readonly value: string;
  readonly repository?: RepositoryName;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** How one commit changed one pin; without `before` it came, without `after` it went. */
export interface PinMove {
  readonly image: string;
  readonly file: string;
  readonly locator: string;
  readonly before?: PinState;
  readonly after?: PinState;
}

/** The pins of one file that differ between two of its versions, by locator; one that changed its image is two moves. */
export function pinMoves(before: readonly ImagePin[], after: readonly ImagePin[]): readonly PinMove[] {
  const old = new Map(before.map(pin => [keyOf(pin), pin]));
  const moves = after.flatMap(pin => {
    const previous = old.get(keyOf(pin));
    old.delete(keyOf(pin));
    if (previous !== undefined && pinValue(previous.pin) === pinValue(pin.pin)) return [];
    return [{ ...placeOf(pin), ...(previous && { before: stateOf(previous) }), after: stateOf(pin) }];
  });
  return [...moves, ...[...old.values()].map(pin => ({ ...placeOf(pin), before: stateOf(pin) }))];
}

function keyOf({ image, pin }: ImagePin): string {
  return `${image}\n${pin.locator}`;
}

function placeOf({ image, pin: { file, locator } }: ImagePin): Pick<PinMove, 'image' | 'file' | 'locator'> {
  return { image, file, locator };
}

function stateOf({ pin }: ImagePin): PinState {
  const { repository, tag, digest } = pin;
  return {
    value: pinValue(pin),
    ...(repository === undefined ? {} : { repository }),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}
