import { PromoteError } from '../../errors.ts';
import { editPins } from '../edit.ts';
import type { PinPath } from '../pin.ts';
import { applySplices } from '../splice.ts';
import { findReferences } from './find.ts';
import { rewriteReference, rewritten } from './rewrite.ts';
import type { ChangeableSite, ReferenceFormat, ReferenceTarget } from './site.ts';

/** A reference to change: where it stands, what it read when that was decided, and what it shall name. */
export interface ReferenceEdit {
  readonly locator: string;
  readonly written: string;
  readonly target: ReferenceTarget;
}

/**
 * The text with the references naming their targets, and every other character as it was. One that names its target
 * already is left alone. Throws `PLAN_CHANGED` where a reference is neither as it was nor as it shall be, and
 * `INVALID` where it cannot be changed, or another one would change with it.
 */
export function editReferences(
  file: string,
  text: string,
  format: ReferenceFormat,
  edits: readonly ReferenceEdit[],
  rules: readonly PinPath[] = [],
): string {
  const sites = findReferences(file, text, format, rules);
  const expected = new Map(sites.map(({ locator, written }) => [locator, written]));
  const due = edits.flatMap(edit => {
    const site = sites.find(({ locator }) => locator === edit.locator);
    const wanted = rewritten(edit.written, edit.target);
    if (site?.written === wanted) return [];
    if (site?.written !== edit.written || site.kind === 'explained') throw changed(file, edit, site?.written);
    expected.set(edit.locator, wanted);
    return [{ site, target: edit.target }];
  });
  if (due.length === 0) return text;
  const edited = format === 'deployment' ? editDeployment(file, text, due, rules) : editText(file, text, due);
  for (const { locator, written } of findReferences(file, edited, format, rules)) {
    if (expected.get(locator) !== written) throw entangled(file, locator, written);
  }
  return edited;
}

interface Due {
  readonly site: ChangeableSite;
  readonly target: ReferenceTarget;
}

function editText(file: string, text: string, due: readonly Due[]): string {
  const splices = due.flatMap(({ site, target }) => {
    if (site.kind !== 'text') return [];
    const made = rewriteReference(site, target);
    if (made.kind === 'splices') return made.splices;
    throw new PromoteError('INVALID', `${file}:${site.line}: ${site.written}: ${made.reason}`);
  });
  return applySplices(file, text, splices);
}

function editDeployment(file: string, text: string, due: readonly Due[], rules: readonly PinPath[]): string {
  const changes = due.flatMap(({ site: { locator, reference }, target }) => {
    const { repository } = reference;
    const tag = target.tag ?? reference.tag;
    const digest = target.digest ?? reference.digest;
    if (digest === undefined) return [];
    return [{ locator, target: { repository, digest, ...(tag === undefined ? {} : { tag }) } }];
  });
  return editPins(file, text, changes, rules);
}

function changed(file: string, { locator, written }: ReferenceEdit, now: string | undefined): PromoteError {
  const holds = now === undefined ? 'is gone' : `reads ${now} now`;
  return new PromoteError('PLAN_CHANGED', `${file} ${locator}: expected ${written}, which ${holds}`, {
    hint: 'the file has changed since it was read: run again',
  });
}

function entangled(file: string, locator: string, written: string): PromoteError {
  return new PromoteError('INVALID', `${file}: after the edit ${locator} would read ${written}`, {
    hint: 'references of this file depend on each other: write each of them out',
  });
}
