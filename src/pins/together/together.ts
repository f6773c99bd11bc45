import { composeVariables } from './compose-variables.ts';
import { globalRegistries } from './global-registries.ts';
import { helmReleases } from './helm-releases.ts';
import { helmfileCharts } from './helmfile-charts.ts';
import type { Files, Implied } from './implied.ts';
import { kustomizeBases } from './kustomize-bases.ts';
import { outsideValues } from './value-files.ts';

/**
 * Facts that only several files together show. A compose file's image may use a variable of `.env`. One file
 * of values may set the registry for the images of another, or be a value file of others. A Flux release may
 * have its repository in another file, and a helmfile's chart too. A kustomization's base may pin an image
 * without an entry. Files that cannot be read are left to the code that reads them alone.
 */
export function impliedPins(files: Files): Implied {
  const variables = composeVariables(files);
  const globals = globalRegistries(files);
  const releases = helmReleases(files);
  const charts = helmfileCharts(files);
  const bases = kustomizeBases(files);
  return {
    rules: [...variables.rules, ...globals.rules, ...releases.rules, ...charts.rules],
    reported: [variables, releases, charts, bases]
      .flatMap(({ reported }) => reported)
      .concat(outsideValues(files)),
    entries: bases.entries,
    settled: new Map([...variables.settled, ...globals.settled]),
    registries: globals.registries,
  };
}
