import canonicalize from 'canonicalize';
import type { HoldEntry } from './holds.ts';

/** A digest, or a whole image, that becomes held or released. */
export interface HoldChange {
  readonly kind: 'held' | 'lifted';
  readonly hold: HoldEntry;
}

/** The changes between two states of the holds. */
export function holdChanges(
  before: readonly HoldEntry[],
  after: readonly HoldEntry[],
): readonly HoldChange[] {
  const [old, now] = [before, after].map(holds => new Set(holds.map(hold => canonicalize(hold))));
  const changed = after
    .filter(hold => !old?.has(canonicalize(hold)))
    .map((hold): HoldChange => ({ kind: hold.lifted === undefined ? 'held' : 'lifted', hold }));
  const isNamed = (hold: HoldEntry) => changed.some(entry => placeOf(entry.hold) === placeOf(hold));
  const removed = before
    .filter(hold => !now?.has(canonicalize(hold)) && hold.lifted === undefined && !isNamed(hold))
    .map((hold): HoldChange => ({ kind: 'lifted', hold }));
  return [...changed, ...removed];
}

function placeOf({ environment, image, digest }: HoldEntry): string {
  return `${environment}\n${image}\n${digest}`;
}
