import { formatReference } from '../../oci/reference.ts';
import { findPins } from '../find.ts';
import type { PinPath } from '../pin.ts';
import type { ChangeableSite } from './site.ts';

/** The images that a deployment file pins by their repository, but those that rules claim. Throws as `findPins` does. */
export function deploymentSites(
  file: string,
  text: string,
  rules: readonly PinPath[],
): readonly ChangeableSite[] {
  return findPins(file, text, rules).flatMap(pin => {
    const { repository, tag, digest, locator, line } = pin;
    if (repository === undefined || pin.image !== undefined) return [];
    const reference = {
      repository,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
    };
    return [{ kind: 'pin', file, locator, line, written: formatReference(reference), reference, pin }];
  });
}
