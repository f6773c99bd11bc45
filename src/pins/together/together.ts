import { composeVariables } from './compose-variables.ts';
import { globalRegistries } from './global-registries.ts';
import { helmReleases } from './helm-releases.ts';
import type { Files, Implied } from './implied.ts';

/**
 * What files say together: a variable of `.env` that a compose file's image takes, a registry that one file of values
 * gives to the images of another, a Flux release whose repository lies in another file. Files that cannot be read are
 * left to whoever reads them alone.
 */
export function impliedPins(files: Files): Implied {
  const variables = composeVariables(files);
  const globals = globalRegistries(files);
  const releases = helmReleases(files);
  return {
    rules: [...variables.rules, ...globals.rules, ...releases.rules],
    told: [...variables.told, ...releases.told],
    settled: new Map([...variables.settled, ...globals.settled]),
    registries: globals.registries,
  };
}
