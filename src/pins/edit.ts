import { PromoteError } from '../errors.ts';
import { findPins } from './find.ts';
import { editValues } from './helm.ts';
import { editEntry } from './kustomize.ts';
import type { PinChange, PinPath, PinTarget } from './pin.ts';
import { editReference } from './reference.ts';
import type { Site } from './site.ts';
import { findSites } from './sites.ts';
import { applySplices, type Splice } from './splice.ts';
import { editTagAndDigest } from './tag-and-digest.ts';
import { editedValue, pinValue } from './value.ts';

/**
 * The text with the pins at the changes' locators holding their targets, and every other character as it was; a
 * pin that holds its target already is left alone. Throws `NOT_FOUND` for a locator without a pin, and `INVALID`
 * where a pin cannot be edited, or where another pin would change with it.
 */
export function editPins(
  file: string,
  text: string,
  changes: readonly PinChange[],
  rules: readonly PinPath[] = [],
): string {
  const sites = findSites(file, text, rules);
  const located = new Map(sites.map(site => [site.pin.locator, site]));
  const expected = new Map(sites.map(({ pin }) => [pin.locator, pinValue(pin)]));
  const splices = changes.flatMap(({ locator, target }) => {
    const site = located.get(locator);
    if (site === undefined) throw noPin(file, locator);
    const value = editedValue(site.pin, target);
    if (pinValue(site.pin) === value) return [];
    expected.set(locator, value);
    return edit(site, target);
  });
  const edited = applySplices(file, text, splices);
  if (splices.length > 0) requireValues(file, edited, rules, expected);
  return edited;
}

function edit(site: Site, target: PinTarget): readonly Splice[] {
  switch (site.kind) {
    case 'reference':
      return editReference(site, target);
    case 'values':
      return editValues(site, target);
    case 'entry':
      return editEntry(site, target);
    case 'rule':
      return editTagAndDigest(site, target);
  }
}

function requireValues(
  file: string,
  edited: string,
  rules: readonly PinPath[],
  expected: ReadonlyMap<string, string>,
): void {
  const pins = findPins(file, edited, rules);
  const wrong = pins.find(pin => expected.get(pin.locator) !== pinValue(pin));
  if (wrong === undefined && pins.length === expected.size) return;
  const subject = wrong === undefined ? 'a pin' : `the pin ${wrong.locator}`;
  const holds = wrong === undefined ? 'nothing' : pinValue(wrong);
  throw new PromoteError('INVALID', `${file}: after the edit ${subject} would hold ${holds}`, {
    hint: 'the pins of this file depend on each other, through an alias perhaps: write each value out',
  });
}

function noPin(file: string, locator: string): PromoteError {
  return new PromoteError('NOT_FOUND', `${file}: no pin at ${locator}`, {
    hint: 'the file has changed since it was planned: plan again',
  });
}
