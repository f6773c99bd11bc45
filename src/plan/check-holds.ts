import type { Finding } from './check.ts';
import { type HeldPin, heldPinText } from './holds/held-pins.ts';

/** Digests that are pinned by hand although they are held. */
export function checkHolds(held: readonly HeldPin[]): readonly Finding[] {
  return held.map(pin => {
    const { message, hint } = heldPinText(pin);
    const text = `${pin.pins.join(', ')}: ${message}`;
    return { severity: 'warning', subject: pin.environment, message: text, hint, gate: 'hold' };
  });
}
