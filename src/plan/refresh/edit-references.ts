import { PromoteError } from '../../errors.ts';
import { editPins } from '../../pins/edit.ts';
import { findSites } from '../../pins/find.ts';
import type { PinChange, PinPath } from '../../pins/pin.ts';
import { rewritten } from '../../pins/site/rewrite.ts';
import { namesRepository } from '../../pins/site/site.ts';
import { type ReferenceTarget, wholeTarget } from './reference-target.ts';

/** A reference to change: its place, its text when that was decided, and its new target. */
export interface ReferenceEdit {
  readonly locator: string;
  readonly written: string;
  readonly target: ReferenceTarget;
}

/**
 * The text with the references changed and everything else as it was. A reference that names its target already is left
 * alone. Throws `PLAN_CHANGED` if a reference has neither the old nor the new value, and `INVALID` if it cannot be
 * changed alone.
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
