import type { RepositoryName } from '../../oci/reference.ts';
import type { Known } from '../known.ts';
import type { Mention } from '../mentions/mention.ts';
import type { NewEntry } from '../new-entry.ts';
import type { PinPath } from '../pin.ts';

/** A rule that nobody wrote: several files together say what stands at a place. */
export interface ImpliedRule extends PinPath {
  readonly file: string;
}

/** What one file alone does not tell. */
export interface Implied {
  readonly rules: readonly ImpliedRule[];
  /** Places that decide an image together with another file, and that no promotion changes. */
  readonly reported: readonly Mention[];
  /** By file, where mentions begin whose tag a pin of another file gives. */
  readonly settled: ReadonlyMap<string, ReadonlySet<number>>;
  /** By file, the registries that other files give to all its images. */
  readonly registries: ReadonlyMap<string, readonly string[]>;
  /** By kustomization, the images of its bases that it may get entries for. */
  readonly entries: ReadonlyMap<string, readonly NewEntry[]>;
}

/** The files that are looked at together. */
export interface Files {
  readonly texts: ReadonlyMap<string, string>;
  /** Files beside them that decide too and are not the environment's, so that nothing in them is changed. */
  readonly beside: ReadonlyMap<string, string>;
  /** By the folder of a chart whose own values are not the environment's, its value files there with their texts. */
  readonly charts?: ReadonlyMap<string, ReadonlyMap<string, string>> | undefined;
  readonly known: Known;
  /** Whether a pin of the file may name the repository as it is. */
  readonly isTarget: (file: string, repository: RepositoryName) => boolean;
  /** Whether a rule points at a pin of the image in the file. */
  readonly hasRule?: ((file: string, image: string) => boolean) | undefined;
  /** Whether kustomizations get entries for images of shared bases. */
  readonly addImages?: boolean | undefined;
}

/** The files of an environment, and what their kustomizations build on beside them. */
export type BaseReading = Pick<Files, 'known'> & {
  readonly all: ReadonlyMap<string, string>;
  readonly isOwned: (path: string) => boolean;
};
