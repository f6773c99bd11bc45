import { expect } from 'vitest';
import type { Digest } from '../../src/oci/digest.ts';
import type { RepositoryName } from '../../src/oci/reference.ts';
import { editPins } from '../../src/pins/edit.ts';
import { findPins } from '../../src/pins/find.ts';
import { createKnown } from '../../src/pins/known.ts';
import type { Pin, PinForm, PinPath, PinTarget } from '../../src/pins/pin.ts';
import { editedValue, pinValue } from '../../src/pins/value.ts';
import { formed } from '../../src/plan/pin-target.ts';

export const OLD = `sha256:${'1'.repeat(64)}` as Digest;
export const NEW = `sha256:${'2'.repeat(64)}` as Digest;

/** What the edits of a marked text write; the file's own repository where none is given. */
export interface Edit {
  readonly file?: string;
  readonly rules?: readonly PinPath[];
  /** The repositories that are known; none given: every image counts. */
  readonly known?: readonly string[];
  readonly repository?: string;
  /** `null` for a target without a tag. */
  readonly tag?: string | null;
  /** How the pins are written; default: with their digest. */
  readonly form?: PinForm | undefined;
}

/** Splits a text that marks its edits as `«before|after»`; `OLD` and `NEW` stand for digests. */
export function marked(text: string): { readonly before: string; readonly after: string } {
  const side = (group: string) =>
    text
      .replace(/«([^|»]*)\|([^»]*)»/g, group)
      .replaceAll('OLDHEX', OLD.slice(7))
      .replaceAll('NEWHEX', NEW.slice(7))
      .replaceAll('OLD', OLD)
      .replaceAll('NEW', NEW);
  return { before: side('$1'), after: side('$2') };
}

/** Edits every pin of the marked text's left side and expects its right side, nothing more, once and again. */
export function expectEdits(
  text: string,
  { file = 'apps/api/values.yaml', rules = [], known, form = 'digest', ...wanted }: Edit = {},
) {
  const { before, after: wantedText } = marked(text);
  const around = { known: known && knownFor(known) };
  const isOurs = (pin: Pin) => around.known?.images.has(pin.repository ?? UNKNOWN) ?? true;
  const pins = findPins(file, before, rules, around).filter(isOurs);
  expect(pins).not.toHaveLength(0);
  const tag = wanted.tag === null ? undefined : (wanted.tag ?? '1.3.0');
  const target = (own?: RepositoryName): PinTarget => {
    const repository = (wanted.repository ?? own ?? 'ghcr.io/acme/prod/api') as RepositoryName;
    return formed(form, { repository, tag, digest: NEW }, tag);
  };
  const changes = pins.map(pin => ({ locator: pin.locator, target: target(pin.repository) }));
  const edited = editPins(file, before, changes, rules, around);
  expect(edited).toBe(wantedText);
  expect(editPins(file, edited, changes, rules, around)).toBe(edited);
  const expected = pins.map(pin => editedValue(pin, target(pin.repository)));
  const after = around.known && knownFor([...(known ?? []), wanted.repository ?? '']);
  const held = findPins(file, edited, rules, { known: after });
  expect(
    held.filter(({ locator }) => changes.some(change => change.locator === locator)).map(pinValue),
  ).toEqual(expected);
}

/** What an environments file knows that has one image, `api`, at these repositories. */
export function knownFor(repositories: readonly string[]) {
  return createKnown(
    new Map(repositories.filter(name => name !== '').map(name => [name as RepositoryName, 'api'])),
  );
}

const UNKNOWN = '' as RepositoryName;
