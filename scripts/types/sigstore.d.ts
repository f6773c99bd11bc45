// What the published types say in place of Sigstore's libraries, which are bundled and not installed with the package.

/** A Sigstore bundle, as `signImage` makes it. */
export interface Bundle {
  readonly content: object;
}

/** An entry of a transparency log. */
export type TransparencyLogEntry = object;

/** A timestamp of an authority. */
export type RFC3161SignedTimestamp = object;

/** The certificate authorities, transparency logs and timestamp authorities of a trusted root. */
export interface TrustMaterial {
  readonly certificateAuthorities: readonly object[];
  readonly timestampAuthorities: readonly object[];
  readonly tlogs: readonly object[];
  readonly ctlogs: readonly object[];
}
