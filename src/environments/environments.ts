import type { RepositoryName } from '../oci/reference.ts';

/** The environments file's meaning: defaults filled in, names resolved, every rule checked. */
export interface Environments {
  readonly images: readonly Image[];
  /** In the file's order, which `from` keeps free of cycles. */
  readonly environments: readonly Environment[];
}

/** One logical image. */
export interface Image {
  readonly name: string;
  /** Where builds are pushed. */
  readonly source?: RepositoryName;
  /** The path under each environment's registry. */
  readonly repository: string;
  readonly pins: readonly PinRule[];
}

/** Where an image's tag or digest stands in files that do not name its repository. */
export interface PinRule {
  readonly files: string;
  /** Keys from the document's root, joined by dots; `[n]` is an index. */
  readonly path: string;
  readonly kind: 'tag' | 'digest' | 'reference';
}

/** A stage an image passes through. */
export interface Environment {
  readonly name: string;
  readonly from: { readonly kind: 'build' } | { readonly kind: 'environment'; readonly name: string };
  /** At least one; a promotion copies to each. */
  readonly registries: readonly RegistryTarget[];
  /** Globs of the deployment files, relative to the deployment repository's root. */
  readonly files: readonly string[];
  readonly deployment: Deployment;
  readonly commit: 'direct' | 'pull-request';
  readonly tags: readonly TagTemplate[];
  readonly grouping: Grouping;
  readonly gates: Gates;
  readonly signing?: Signing;
}

/** One registry of an environment; `push` and `pull` may hold `{image}`. */
export interface RegistryTarget {
  readonly push: string;
  /** What deployment files name, where that differs from `push`. */
  readonly pull: string;
  /** The deployment files pinned to this registry; empty: all of the environment's. */
  readonly files: readonly string[];
}

/** The Git repository that holds an environment's files; absent values come from the checkout the file lies in. */
export interface Deployment {
  readonly repository?: string;
  readonly branch?: string;
}

/** A tag to set at the target; one that does not move is written once. */
export interface TagTemplate {
  readonly name: string;
  readonly moves: boolean;
}

/** Which promotions are decided, proposed and merged together. */
export type Grouping =
  | { readonly kind: 'image' }
  | { readonly kind: 'environment' }
  | { readonly kind: 'named'; readonly groups: Readonly<Record<string, readonly string[]>> };

/** The gates an environment asks for. */
export interface Gates {
  readonly approval?: ApprovalGate;
}

/** `stated`: the caller names who approved; recorded as unauthenticated. */
export interface ApprovalGate {
  readonly by: 'stated';
  readonly count: number;
  /** Who may approve; empty: anyone. */
  readonly users: readonly string[];
}

/** How promoted images are signed and our own signatures recognised. */
export interface Signing {
  /** A path relative to the environments file, or `env://NAME`. */
  readonly key: string;
  /** A path to the public key; absent: derived from the private one. */
  readonly publicKey?: string;
  /** Further public keys of ours. */
  readonly trusted: readonly string[];
}
