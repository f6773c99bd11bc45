import { composeVariables } from './compose-variables.ts';
import { globalRegistries } from './global-registries.ts';
import { helmReleases } from './helm-releases.ts';
import type { Files, Implied } from './implied.ts';
import { kustomizeBases } from './kustomize-bases.ts';
import { outsideValues } from './value-files.ts';

/**
 * What files say together: a variable of `.env` that a compose file's image takes, a registry that one file of values
 * gives to the images of another, a Flux release whose repository lies in another file, a kustomization whose base pins
 * an image that it has no entry for, a value file of others. Files that cannot be read are left to whoever reads them
 * alone.
 */
export function impliedPins(files: Files): Implied {
  const variables = composeVariables(files);
  const globals = globalRegistries(files);
  const releases = helmReleases(files);
  const bases = kustomizeBases(files);
  return {
    rules: [...variables.rules, ...globals.rules, ...releases.rules],
    reported: [...variables.reported, ...releases.reported, ...bases.reported, ...outsideValues(files)],
    entries: bases.entries,
    settled: new Map([...variables.settled, ...globals.settled]),
    registries: globals.registries,
  };
}
