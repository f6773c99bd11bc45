import type { Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { editPins } from '../../pins/edit.ts';
import { pinReader } from '../image-pins.ts';
import type { LintedPin } from './read.ts';

/** A pin, and the digest that its tag names. */
export interface PinToFix {
  readonly linted: LintedPin;
  readonly repository: RepositoryName;
  readonly tag: string;
  readonly digest: Digest;
}

/** The repository and tag that decide a pin's digest; `undefined` where the file does not say both. */
export function askedTag({ pin, written }: LintedPin): Pick<PinToFix, 'repository' | 'tag'> | undefined {
  const { repository, tag } = pin;
  if (repository === undefined) return undefined;
  // A chart without a tag takes its own version.
  const isWhole = written !== '' && !['helm', 'helmfile', 'rule'].includes(pin.format);
  return tag === undefined && !isWhole ? undefined : { repository, tag: tag ?? 'latest' };
}

/** The text with the digest in the pin, and every other character as it was. Throws as `editPins` does. */
export function fixPin(
  environments: Environments,
  text: string,
  { linted, repository, tag, digest }: PinToFix,
): string {
  const { pin, isKnownFile } = linted;
  const changes = [{ locator: pin.locator, target: { repository, tag, digest } }];
  const after = isKnownFile
    ? pinReader(environments).edit(pin.file, text, changes)
    : editPins(pin.file, text, changes);
  if (after !== text) return after;
  throw new PromoteError('INVALID', `${pin.file}:${pin.line}: the pin has no place for a digest`);
}
