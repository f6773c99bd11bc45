import type { Around } from './around.ts';
import { isCiFile } from './formats.ts';
import type { Pin, PinPath } from './pin.ts';
import { isPin, readFile } from './read.ts';
import type { Site } from './site/site.ts';

/**
 * The pins of a file that a promotion may change, in the order of the text. `rules` point at pins that name
 * no repository. A CI file has no such pins. Throws as `readFile` does.
 */
export function findPins(
  file: string,
  text: string,
  rules: readonly PinPath[] = [],
  around: Around = {},
): readonly Pin[] {
  if (isCiFile(file)) return [];
  return findSites(file, text, rules, around)
    .filter(isPin)
    .filter(({ guessed, pin }) => !guessed || isKnown(pin, around))
    .map(({ pin }) => pin);
}

function isKnown({ repository }: Pin, { known }: Around): boolean {
  return repository !== undefined && known?.images.has(repository) === true;
}

/**
 * Every place in a file that names an image, or that names one if its repository is known. Throws as
 * `readFile` does.
 */
export function findSites(
  file: string,
  text: string,
  rules: readonly PinPath[] = [],
  around: Around = {},
): readonly Site[] {
  return readFile(file, text, rules, around).sites;
}
