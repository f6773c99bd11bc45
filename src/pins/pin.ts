import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';

/** The format that a pin is written in; it decides what an edit may touch. `rule`: a `pins` rule's place. */
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
   * The pin's place, unique in the file: a document's index and the keys to the node, as in
   * `0:spec.template.spec.containers[0].image`, or `FROM[0]`.
   */
  readonly locator: string;
  readonly format: PinFormat;
  /** The place of a shared file that contains it; its locator begins with it. */
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
  /** The form that a rule asks for. */
  readonly form?: PinForm | undefined;
  /** Set where an edit writes no digest: a chart's version has no place for one. */
  readonly undigested?: true | undefined;
}

/** How a pin is written: with its digest, or by its tag, on its repository, or by the version alone. */
export type PinForm = 'digest' | 'tag' | 'repository' | 'version';

/** What is at the place that a rule points at. */
export type PinKind = 'reference' | 'repository' | 'tag' | 'digest' | 'version';

/** The place of an image's reference, or of a part of it, in a file that does not name its repository. */
export interface PinPath {
  /** The logical image. */
  readonly image: string;
  /** Keys from a document's root, as `parsePath` reads them; absent where `pattern` finds the place. */
  readonly path?: string | undefined;
  /** A regular expression of RE2 with one named group, which is the place. */
  readonly pattern?: string | undefined;
  readonly kind: PinKind;
  /** The form in which it is written; absent: its kind, its image or its environment decides. */
  readonly pin?: PinForm | undefined;
  /** The index of the document that `path` begins in; absent: every document. */
  readonly document?: number | undefined;
  /** Set where an edit writes no digest: a chart's version has no place for one. */
  readonly undigested?: true | undefined;
}

/** What a pin shall contain. `repository` is not written where the file names none, or where it is equal. */
export interface PinTarget {
  readonly repository: RepositoryName;
  readonly tag?: string | undefined;
  /** Absent: the pin uses its tag alone, and a digest in it is removed. */
  readonly digest?: Digest | undefined;
  /** Where the digest is written; absent: under its own key, else after the tag, or where it is already. */
  readonly digestOn?: 'repository' | undefined;
}

/** A pin and what it shall contain. */
export interface PinChange {
  readonly locator: string;
  readonly target: PinTarget;
}
