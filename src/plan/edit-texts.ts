import type { Environments } from '../environments/environments.ts';
import { editedValue, pinValue } from '../pins/value.ts';
import type { Candidate } from './candidates.ts';
import { pinReader } from './image-pins.ts';

/** The files whose text changes; or the first pin that has neither the planned old value nor the new one. */
export type EditedTexts =
  | { readonly kind: 'edited'; readonly files: ReadonlyMap<string, string> }
  | { readonly kind: 'changed'; readonly reason: string };

/**
 * Applies the candidates' edits to the texts; a pin with the new value is left alone. `planned` accepts only pins with
 * the value that the plan started from; `any` replaces every value in an open proposal.
 */
export function editTexts(
  environments: Environments,
  texts: ReadonlyMap<string, string>,
  members: readonly Pick<Candidate, 'pins'>[],
  accept: 'planned' | 'any' = 'planned',
): EditedTexts {
  const changes = Map.groupBy(
    members.flatMap(({ pins }) => pins),
    ({ pin }) => pin.file,
  );
  const reader = pinReader(environments);
  const files = new Map<string, string>();
  for (const [file, wanted] of changes) {
    const text = texts.get(file);
    if (text === undefined) return { kind: 'changed', reason: `${file} is gone` };
    const found = new Map(reader.pins(file, text).map(pin => [pin.locator, pin]));
    const due = [];
    for (const { pin, target } of wanted) {
      const now = found.get(pin.locator);
      const value = now === undefined ? undefined : pinValue(now);
      if (value === editedValue(pin, target)) continue;
      if (value === undefined || (accept === 'planned' && value !== pinValue(pin)))
        return { kind: 'changed', reason: thirdValue(pin.file, pin.locator, value) };
      due.push({ locator: pin.locator, target });
    }
    if (due.length > 0) files.set(file, reader.edit(file, text, due));
  }
  return { kind: 'edited', files };
}

function thirdValue(file: string, locator: string, value: string | undefined): string {
  return `${file} ${locator} ${value === undefined ? 'is gone' : `holds ${value} now`}`;
}
