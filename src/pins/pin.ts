import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';

/** How a pin is written; decides what an edit may touch. `rule`: where a `pins` rule points. */
export type PinFormat =
  | 'argo-cd'
  | 'compose'
  | 'devcontainer'
  | 'dockerfile'
  | 'env'
  | 'flux'
  | 'github-workflow'
  | 'gitlab-ci'
  | 'helm'
  | 'helm-chart'
  | 'helmfile'
  | 'kubernetes'
  | 'kustomize'
  | 'rule';

/** One place in a file that contains an image reference or a part of one. */
export interface Pin {
  /** Path in its repository. */
  readonly file: string;
  /**
   * Where in the file, unique within it: a document's index and the keys to the node,
   * `0:spec.template.spec.containers[0].image`, or `FROM[0]`.
   */
  readonly locator: string;
  readonly format: PinFormat;
  /** The place of a shared file that it lies in; its locator begins with it. */
  readonly at?: string | undefined;
  /** 1-based. */
  readonly line: number;
  /** The logical image that a `pins` rule names; absent if `repository` says it. */
  readonly image?: string | undefined;
  /** Absent where the file does not name one. */
  readonly repository?: RepositoryName | undefined;
  readonly tag?: string | undefined;
  readonly digest?: Digest | undefined;
  /** Set where an edit writes no tag: the file has no place for one, or it pins by digest alone. */
  readonly untagged?: true | undefined;
  /** How a rule says that it is written. */
  readonly form?: PinForm | undefined;
  /** Set where an edit writes no digest: a chart's version has no place for one. */
  readonly undigested?: true | undefined;
}

/** How a pin is written: with its digest, or by its tag, on its repository, or by the version alone. */
export type PinForm = 'digest' | 'tag' | 'repository' | 'version';

/** What is at the place that a rule points at. */
export type PinKind = 'reference' | 'repository' | 'tag' | 'digest' | 'version';

/** Where a part of an image's reference, or all of it, stands in a file that does not name its repository. */
export interface PinPath {
  /** The logical image. */
  readonly image: string;
  /** Keys from a document's root, as `parsePath` reads them; absent where `pattern` finds the place. */
  readonly path?: string | undefined;
  /** A regular expression of RE2 with one named group: the place. */
  readonly pattern?: string | undefined;
  readonly kind: PinKind;
  /** How it is written; absent: as its kind, its image or its environment says. */
  readonly pin?: PinForm | undefined;
  /** The index of the document that `path` begins in; absent: every one. */
  readonly document?: number | undefined;
  /** Set where an edit writes no digest: a chart's version has no place for one. */
  readonly undigested?: true | undefined;
}

/**
 * What a pin shall contain afterwards; `repository` is left as it is where the file names none, or where it is equal.
 */
export interface PinTarget {
  readonly repository: RepositoryName;
  readonly tag?: string | undefined;
  /** Absent: the pin is by its tag alone, and a digest that it holds is taken out. */
  readonly digest?: Digest | undefined;
  /** Where the digest is written; absent: under its own key, else behind the tag, or where it is already. */
  readonly digestOn?: 'repository' | undefined;
}

/** A pin and what it shall contain. */
export interface PinChange {
  readonly locator: string;
  readonly target: PinTarget;
}
