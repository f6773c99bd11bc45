import type { Digest } from '../../oci/digest.ts';

/** What somebody says of a vulnerability in a product; only the first two take a finding away. */
export type VexStatus = 'not_affected' | 'fixed' | 'affected' | 'under_investigation';

/** A statement of one of the VEX formats. */
export interface VexStatement {
  /** The vulnerability's names. */
  readonly ids: readonly string[];
  readonly status: VexStatus;
  /** Absent: older than any. */
  readonly time?: Date | undefined;
  readonly products: readonly VexProduct[];
}

/** An image or a package that a statement is about. */
export interface VexProduct {
  /** Package URLs, references and other names. */
  readonly names: readonly string[];
  readonly digests: readonly Digest[];
  /** Package URLs within it; empty: all of it. */
  readonly packages: readonly string[];
}

/** The statements that an accepted signer attached to an image or to one of its platforms. */
export interface AttachedVex {
  /** The manifest that they count for. */
  readonly subject: Digest;
  readonly statements: readonly VexStatement[];
  /** The digest of what they were read from. */
  readonly evidence: Digest;
}

/** What one VEX document says, or why it says nothing. */
export type VexReading =
  | { readonly kind: 'statements'; readonly statements: readonly VexStatement[] }
  | { readonly kind: 'refused'; readonly reason: string };
