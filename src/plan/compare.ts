import canonicalize from 'canonicalize';
import { pinValue } from '../pins/value.ts';
import type { PinEdit } from './candidates.ts';
import type { Plan, Promotion } from './plan.ts';
import type { ImagePin } from './snapshot.ts';

/**
 * Why a plan that was made earlier no longer applies; `undefined` if it does. It may have lost members, and each of its
 * pins may have the old or the new value. Everything else must be unchanged.
 */
export function planDifference(expected: Plan, current: Plan, pins: readonly ImagePin[]): string | undefined {
  if (current.digest === expected.digest) return undefined;
  const { promotions: _, digest: __, ...before } = expected;
  const { promotions, digest: ___, ...after } = current;
  const changed = Object.entries(before).find(
    ([key, value]) =>
      canonicalize(value) !== canonicalize(Object.entries(after).find(([k]) => k === key)?.[1]),
  );
  if (changed) return `its ${changed[0]} has changed`;
  for (const promotion of promotions) {
    const planned = expected.promotions.find(({ image }) => image === promotion.image);
    if (planned === undefined) return `${promotion.image} was not part of it`;
    const difference = promotionDifference(planned, promotion, pins);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** Whether a plan is the rest of an earlier one: everything that it still does was decided in the earlier one. */
export function isRestOf({ promotions, ...plan }: Plan, { promotions: before, ...earlier }: Plan): boolean {
  const frame = ({ digest: _, ...decision }: typeof plan) => canonicalize(decision);
  return (
    frame(plan) === frame(earlier) &&
    promotions.every(({ edits, ...promotion }) =>
      before.some(
        ({ edits: planned, ...known }) =>
          canonicalize(known) === canonicalize(promotion) &&
          edits.every(edit => planned.some(other => canonicalize(other) === canonicalize(edit))),
      ),
    )
  );
}

/** Why a promotion that is no longer planned was not carried out: one of its pins has another value. */
export function unfinishedPin({ image, edits }: Promotion, pins: readonly ImagePin[]): string | undefined {
  for (const edit of edits) {
    const value = valueAt(edit, pins);
    if (value === edit.new) continue;
    return `${edit.file} ${edit.locator} holds ${value ?? 'no pin'}, not ${edit.new}, and ${image} is not due any more`;
  }
  return undefined;
}

/** Why a plan can no longer start; `undefined` if each of its pins has the old value. */
export function movedPin({ promotions }: Plan, pins: readonly ImagePin[]): string | undefined {
  for (const { edits } of promotions) {
    for (const edit of edits) {
      const value = valueAt(edit, pins);
      if (value !== edit.old)
        return `${edit.file} ${edit.locator} pins ${value ?? 'nothing'}, and the plan expects ${edit.old}`;
    }
  }
  return undefined;
}

function promotionDifference(
  planned: Promotion,
  now: Promotion,
  pins: readonly ImagePin[],
): string | undefined {
  const { image } = planned;
  if (planned.digest !== now.digest || planned.source !== now.source) {
    return `${image} would come from ${now.source} now, not from ${planned.source}`;
  }
  if (planned.policy !== now.policy) return `what decides about ${image} has changed`;
  if (canonicalize(planned.targets) !== canonicalize(now.targets))
    return `the targets or tags of ${image} have changed`;
  for (const edit of now.edits) {
    const { file, locator } = edit;
    const before = planned.edits.find(other => other.file === file && other.locator === locator);
    if (before === undefined) return `${file} ${locator} pins ${image} now and was not part of it`;
    if (before.new !== edit.new) return `${file} ${locator} would hold ${edit.new}, not ${before.new}`;
  }
  for (const edit of planned.edits) {
    const value = valueAt(edit, pins);
    if (value !== edit.old && value !== edit.new) {
      return `${edit.file} ${edit.locator} holds ${value ?? 'no pin'} now, neither ${edit.old} nor ${edit.new}`;
    }
  }
  return undefined;
}

function valueAt({ file, locator }: PinEdit, pins: readonly ImagePin[]): string | undefined {
  const found = pins.find(({ pin }) => pin.file === file && pin.locator === locator);
  return found === undefined ? undefined : pinValue(found.pin);
}
