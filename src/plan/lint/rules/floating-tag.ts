import { commandOn } from '../../invocation.ts';
import type { LintRule } from '../rule.ts';

/** `latest`, or no tag at all. */
export const floatingTag: LintRule = {
  name: 'floating-tag',
  severity: 'warning',
  description: 'An image has the tag latest or none, and no digest: what runs is what was pushed last.',
  find: ({ environments, pins }) =>
    pins
      .filter(({ pin }) => pin.digest === undefined && isFloating(pin.tag) && !pin.undigested)
      .map(linted => ({
        place: linted.place,
        message: `${linted.written || linted.image} has ${linted.pin.tag === undefined ? 'no tag' : 'the tag latest'} and no digest`,
        hint: `pin a version with its digest; ${commandOn(environments, 'check', '--lint', '--fix')} adds the digest that the tag names now`,
        pin: linted,
      })),
};

/** Whether a tag follows whatever is pushed. */
export function isFloating(tag: string | undefined): boolean {
  return tag === undefined || tag === 'latest';
}
