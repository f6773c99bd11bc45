import type { RepositoryName } from '../../oci/reference.ts';
import type { Known } from '../known.ts';
import type { Mention } from '../mentions/mention.ts';
import type { PinPath } from '../pin.ts';
import { composeVariables } from './compose-variables.ts';
import { globalRegistries } from './global-registries.ts';
import { helmReleases } from './helm-releases.ts';

/** A rule that nobody wrote: several files together say what stands at a place. */
export interface ImpliedRule extends PinPath {
  readonly file: string;
}

/** What one file alone does not tell. */
export interface Implied {
  readonly rules: readonly ImpliedRule[];
  /** Places that decide an image together with another file, and that no promotion changes. */
  readonly told: readonly Mention[];
  /** By file, where mentions begin whose tag a pin of another file gives. */
  readonly settled: ReadonlyMap<string, ReadonlySet<number>>;
  /** By file, the registries that other files give to all its images. */
  readonly registries: ReadonlyMap<string, readonly string[]>;
}

/** The files that are looked at together. */
export interface Files {
  readonly texts: ReadonlyMap<string, string>;
  /** Files beside them that decide too and are not the environment's, so that nothing in them is changed. */
  readonly beside: ReadonlyMap<string, string>;
  readonly known: Known;
  /** Whether a pin of the file may name the repository as it is. */
  readonly isTarget: (file: string, repository: RepositoryName) => boolean;
}

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
