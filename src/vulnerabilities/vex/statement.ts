import type { Digest } from '../../oci/digest.ts';

/** A statement's status for a vulnerability in a product. Only the first two remove a finding. */
export type VexStatus = 'not_affected' | 'fixed' | 'affected' | 'under_investigation';

/** A statement in one of the VEX formats. */
export interface VexStatement {
  /** The vulnerability's names. */
  readonly ids: readonly string[];
  readonly status: VexStatus;
  /** Absent: the statement counts as older than any other. */
  readonly time?: Date | undefined;
  readonly products: readonly VexProduct[];
}

/** An image or a package that a statement is about. */
export interface VexProduct {
  /** Package URLs, references and other names. */
  readonly names: readonly string[];
  readonly digests: readonly Digest[];
  /** Package URLs of affected parts; empty: the whole product. */
  readonly packages: readonly string[];
}

/** The statements that an accepted signer attached to an image or to one of its platforms. */
export interface AttachedVex {
  /** The manifest that the statements count for. */
  readonly subject: Digest;
  readonly statements: readonly VexStatement[];
  /** The digest of the manifest or layer that they were read from. */
  readonly evidence: Digest;
}

/** The statements of one VEX document, or why it has none. */
export type VexReading =
  | { readonly kind: 'statements'; readonly statements: readonly VexStatement[] }
  | { readonly kind: 'refused'; readonly reason: string };
