import type { Environment } from '../environments/environments.ts';
import { HOLDS_CURE, type Hold } from '../environments/holds/holds.ts';
import type { Finding } from './check.ts';
import { type HeldPin, heldPins, heldPinText } from './holds/held-pins.ts';
import type { ImagePin } from './snapshot.ts';

/** The holds of an environment, or why they cannot be read. */
export type ReadHolds =
  | { readonly kind: 'read'; readonly holds: readonly Hold[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** What pins are compared with: the holds, the time, and the environments file as commands name it. */
export interface HoldsAt {
  readonly held: ReadHolds;
  readonly now: Date;
  readonly file?: string | undefined;
  /** The held pins with their history; absent: they are looked for here. */
  readonly pinned?: readonly HeldPin[] | undefined;
}

/** Digests that are pinned by hand although they are held. Unreadable holds are an error. */
export function checkHolds(
  { name: subject }: Environment,
  pins: readonly ImagePin[],
  { held, now, file, pinned }: HoldsAt,
): readonly Finding[] {
  if (held.kind === 'unreadable')
    return [{ severity: 'error', subject, message: held.reason, hint: HOLDS_CURE, gate: 'hold' }];
  const found = pinned ?? heldPins({ environment: subject, file }, pins, held.holds, now);
  return found.map(pin => {
    const { message, hint } = heldPinText(pin);
    const text = `${pin.pins.join(', ')}: ${message}`;
    return { severity: 'warning', subject, message: text, hint, gate: 'hold' };
  });
}
