import { PromoteError } from '../../errors.ts';
import { editPins } from '../../pins/edit.ts';
import { findSites } from '../../pins/find.ts';
import type { PinChange, PinPath } from '../../pins/pin.ts';
import { rewritten } from '../../pins/site/rewrite.ts';
import { namesRepository } from '../../pins/site/site.ts';
import { type ReferenceTarget, wholeTarget } from './reference-target.ts';

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
  edits: readonly ReferenceEdit[],
  rules: readonly PinPath[] = [],
): string {
  const sites = findSites(file, text, rules);
  const changes = edits.flatMap((edit): readonly PinChange[] => {
    const { locator, written, target } = edit;
    const site = sites.filter(namesRepository).find(({ pin }) => pin.locator === locator);
    if (site?.written === rewritten(written, target)) return [];
    if (site?.written !== written) throw changed(file, edit, site?.written);
    return [{ locator, target: wholeTarget(site, target) }];
  });
  return editPins(file, text, changes, rules);
}

function changed(file: string, { locator, written }: ReferenceEdit, now: string | undefined): PromoteError {
  const holds = now === undefined ? 'is gone' : `reads ${now} now`;
  return new PromoteError('PLAN_CHANGED', `${file} ${locator}: expected ${written}, which ${holds}`, {
    hint: 'the file has changed since it was read: run again',
  });
}
