import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { PinForm } from '../pins/pin.ts';
import { pinValue } from '../pins/value.ts';
import type { ImagePin } from './snapshot.ts';

/** The state of a pin in a commit. */
export interface PinState {
  /** As `pinValue` writes it; equal values are equal states. */
  readonly value: string;
  readonly repository?: RepositoryName;
  readonly tag?: string;
  readonly digest?: Digest;
  /** The form that a rule asks for. */
  readonly form?: PinForm | undefined;
}

/** A commit's change to one pin; without `before` it is new, without `after` it is gone. */
export interface PinMove {
  readonly image: string;
  readonly file: string;
  readonly locator: string;
  readonly before?: PinState;
  readonly after?: PinState;
}

/** A pin's place and state. */
export interface PlacedState extends Pick<PinMove, 'image' | 'file' | 'locator'> {
  readonly state: PinState;
}

/** A pin's state without its position in the text. */
export function placedState({ image, pin }: ImagePin): PlacedState {
  const { file, locator, repository, tag, digest, form } = pin;
  const state = {
    value: pinValue(pin),
    ...(repository === undefined ? {} : { repository }),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
    ...(form === undefined ? {} : { form }),
  };
  return { image, file, locator, state };
}

/**
 * The differences between the pins of two versions of a file, by locator; a pin that changed its image is two moves.
 */
export function pinMoves(before: readonly PlacedState[], after: readonly PlacedState[]): readonly PinMove[] {
  const old = new Map(before.map(pin => [keyOf(pin), pin]));
  const moves = after.flatMap(pin => {
    const previous = old.get(keyOf(pin));
    old.delete(keyOf(pin));
    if (previous?.state.value === pin.state.value) return [];
    return [{ ...placeOf(pin), ...(previous && { before: previous.state }), after: pin.state }];
  });
  return [...moves, ...[...old.values()].map(pin => ({ ...placeOf(pin), before: pin.state }))];
}

function keyOf({ image, locator }: PlacedState): string {
  return `${image}\n${locator}`;
}

function placeOf({ image, file, locator }: PlacedState): Pick<PinMove, 'image' | 'file' | 'locator'> {
  return { image, file, locator };
}
