import type { RepositoryName } from '../../oci/reference.ts';
import type { Known } from '../known.ts';
import type { Mention } from '../mentions/mention.ts';
import type { NewEntry } from '../new-entry.ts';
import type { PinPath } from '../pin.ts';

/** A rule that nobody wrote: several files together show what a place contains. */
export interface ImpliedRule extends PinPath {
  readonly file: string;
}

/** Facts that only several files together show. */
export interface Implied {
  readonly rules: readonly ImpliedRule[];
  /** Places that decide an image together with another file. No promotion changes them. */
  readonly reported: readonly Mention[];
  /** By file, the offsets of mentions whose tag a pin of another file gives. */
  readonly settled: ReadonlyMap<string, ReadonlySet<number>>;
  /** By file, the registries that other files give to all its images. */
  readonly registries: ReadonlyMap<string, readonly string[]>;
  /** By kustomization, the images of its bases that it may get entries for. */
  readonly entries: ReadonlyMap<string, readonly NewEntry[]>;
}

/** The files that are read together. */
export interface Files {
  readonly texts: ReadonlyMap<string, string>;
  /** Files that also decide images but are not the environment's; they are never changed. */
  readonly beside: ReadonlyMap<string, string>;
  /** Charts whose own values are not the environment's: by folder, its value files there with their texts. */
  readonly charts?: ReadonlyMap<string, ReadonlyMap<string, string>> | undefined;
  readonly known: Known;
  /** Whether a pin of the file may name the repository unchanged. */
  readonly isTarget: (file: string, repository: RepositoryName) => boolean;
  /** Whether a rule points at a pin of the image in the file. */
  readonly hasRule?: ((file: string, image: string) => boolean) | undefined;
  /** Whether kustomizations get entries for images of shared bases. */
  readonly addImages?: boolean | undefined;
}

/** The files of an environment, and the bases outside of it that its kustomizations build on. */
export type BaseReading = Pick<Files, 'known'> & {
  readonly all: ReadonlyMap<string, string>;
  readonly isOwned: (path: string) => boolean;
};
