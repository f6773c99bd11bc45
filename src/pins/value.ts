import type { Pin, PinTarget } from './pin.ts';

/** A pin's value, as a plan shows and compares it: `repository:tag@digest`, without absent parts. */
export function pinValue(pin: Pick<Pin, 'repository' | 'tag' | 'digest'>): string {
  return format(pin.repository, pin.tag, pin.digest);
}

/** The result of `pinValue` after `editPins` has written the target. */
export function editedValue(pin: Pin, target: PinTarget): string {
  const repository = pin.repository === undefined ? undefined : target.repository;
  return format(repository, writtenTag(pin, target), pin.undigested ? undefined : target.digest);
}

/** The tag that an edit writes: none where the pin has only a digest and stays so. */
export function writtenTag(
  { untagged }: Pick<Pin, 'untagged'>,
  { tag, digest }: PinTarget,
): string | undefined {
  return untagged && digest !== undefined ? undefined : tag;
}

function format(repository = '', tag: string | undefined, digest: string | undefined): string {
  return `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
