import { imageNamed } from '../../../environments/locate.ts';
import { commandOn } from '../../invocation.ts';
import { formOf } from '../../pin-target.ts';
import type { LintedPin, LintedWorld } from '../read.ts';
import type { LintRule } from '../rule.ts';
import { isFloating } from './floating-tag.ts';

/** A tag without a digest, where the environment wants one. */
export const missingDigest: LintRule = {
  name: 'missing-digest',
  severity: 'warning',
  description: 'An image is pinned by its tag alone: whoever may push to the registry may change what runs.',
  find: world =>
    world.pins
      .filter(({ pin }) => pin.digest === undefined && !isFloating(pin.tag) && !pin.undigested)
      .filter(linted => wantsDigest(world, linted))
      .map(linted => ({
        place: linted.place,
        message: `${linted.written || `${linted.image} ${linted.pin.tag}`} has no digest`,
        hint: `${commandOn(world.environments, 'check', '--lint', '--fix')} adds the one that the tag names now`,
        pin: linted,
      })),
};

function wantsDigest({ environments, environment }: LintedWorld, { image, pin }: LintedPin): boolean {
  if (image === undefined) return true;
  const form = formOf(environment, imageNamed(environments, image), pin);
  return form === 'digest' || form === 'repository';
}
