import { PromoteError } from '../errors.ts';
import type { Around } from './around.ts';
import { findSites } from './find.ts';
import { DOCUMENT_FORMATS, FILE_FORMATS } from './formats.ts';
import type { PinChange, PinPath, PinTarget } from './pin.ts';
import { readFile } from './read.ts';
import { editParts } from './site/edit-parts.ts';
import { requireOwnUses } from './site/shared-values.ts';
import type { PinSite, Site } from './site/site.ts';
import { applySplices, type Splice } from './text/splice.ts';
import { editedValue, pinValue } from './value.ts';
import { invalidAt } from './yaml/source.ts';

/**
 * Changes the pins at the changes' locators to their targets, and no other character of the text. A pin that
 * contains its target already is left alone. Throws `NOT_FOUND` for a locator without a pin. Throws `INVALID`
 * where a pin cannot be edited, or where another pin would change with it.
 */
export function editPins(
  file: string,
  text: string,
  changes: readonly PinChange[],
  rules: readonly PinPath[] = [],
  around: Around = {},
): string {
  const { sites, readings } = readFile(file, text, rules, around);
  const pins = new Map(sites.flatMap(site => (site.kind === 'pin' ? [[site.pin.locator, site]] : [])));
  const expected = new Map(sites.map(holding));
  const edited: PinSite[] = [];
  const splices = changes.flatMap(({ locator, target }) => {
    const site = pins.get(locator);
    if (site === undefined) throw noPin(file, locator);
    const value = editedValue(site.pin, target);
    if (pinValue(site.pin) === value) return [];
    expected.set(locator, value);
    edited.push(site);
    return within(site, edit(site, target));
  });
  if (splices.length === 0) return text;
  requireOwnUses(edited, splices, readings);
  const after = applySplices(file, text, splices);
  requireValues(file, findSites(file, after, rules, around), expected);
  return after;
}

function edit(site: PinSite, target: PinTarget): readonly Splice[] {
  if (site.refusal !== undefined) {
    const { at, message, hint } = site.refusal;
    throw invalidAt(at.source, at.node.start, message, hint);
  }
  const format = [...FILE_FORMATS, ...DOCUMENT_FORMATS].find(({ name }) => name === site.pin.format);
  return (format?.edit ?? editParts)(site, target);
}

/** Throws `INVALID` where an edit in a shared file would change text outside the pin's own place. */
function within({ pin, place }: PinSite, splices: readonly Splice[]): readonly Splice[] {
  const leaves = ({ start, end }: Splice) => {
    for (let offset = start; offset < end; offset += 1) if (place?.covers(offset) === false) return true;
    return false;
  };
  if (!splices.some(leaves)) return splices;
  throw new PromoteError(
    'INVALID',
    `${pin.file}:${pin.line}: what would change is not within ${pin.at} alone`,
    { hint: 'write the image out within that part of the file' },
  );
}

/** A site's locator and its value. */
function holding(site: Site): readonly [string, string] {
  return site.kind === 'pin' ? [site.pin.locator, pinValue(site.pin)] : [site.locator, site.written];
}

function requireValues(file: string, sites: readonly Site[], expected: ReadonlyMap<string, string>): void {
  const held = sites.map(holding);
  const wrong = held.find(([locator, value]) => expected.get(locator) !== value);
  if (wrong === undefined && held.length === expected.size) return;
  const [subject, holds] = wrong === undefined ? ['a pin', 'nothing'] : [`the pin ${wrong[0]}`, wrong[1]];
  throw new PromoteError('INVALID', `${file}: after the edit ${subject} would hold ${holds}`, {
    hint: 'the pins of this file depend on each other, through an alias perhaps: write each value out',
  });
}

function noPin(file: string, locator: string): PromoteError {
  return new PromoteError('NOT_FOUND', `${file}: no pin at ${locator}`, {
    hint: 'the file has changed since it was planned: plan again',
  });
}
