import type { Digest } from '../oci/digest.ts';
import type { Rating } from './severity.ts';

/** A digest that a report names as scanned: of a manifest or index in a registry, or of an image's config. */
export interface ScannedDigest {
  readonly kind: 'manifest' | 'config';
  readonly digest: Digest;
}

/** A package that has a vulnerability. */
export interface AffectedPackage {
  readonly name: string;
  readonly version: string;
  readonly purl?: string | undefined;
}

/** One vulnerability in one package. */
export interface Finding {
  readonly id: string;
  /** Other names of the same vulnerability. */
  readonly aliases: readonly string[];
  /** Names of advisories that may also be about other vulnerabilities: `RHSA-…`, `DSA-…`. */
  readonly advisories: readonly string[];
  readonly package: AffectedPackage;
  /** The versions without the vulnerability, if the report names them. */
  readonly fixed: readonly string[];
  /** Whether a fix exists. Many formats do not say, which is `unknown`. */
  readonly fix: 'yes' | 'no' | 'unknown';
  readonly rating: Rating;
  /** Whether the publisher of the vulnerability has withdrawn it. */
  readonly isWithdrawn: boolean;
}

/** A scan report in our common form, from any scanner. */
export interface Report {
  /** The format that was recognised. */
  readonly format: string;
  /** The scanner's name in lower case, such as `trivy`. */
  readonly scanner: string;
  /** The scanned digests; empty if the format names none. */
  readonly digests: readonly ScannedDigest[];
  /** `linux/amd64`, if the report names the scanned platform. */
  readonly platform?: string | undefined;
  /** When the scan was made, if the report says so. */
  readonly time?: Date | undefined;
  /** Why an empty report does not prove a clean image; absent: the scan was complete. */
  readonly flaw?: string | undefined;
  /** Whether the report omits vulnerabilities without a fix. */
  readonly isFixableOnly?: boolean | undefined;
  readonly findings: readonly Finding[];
}

/** The result of one document. `unrecognised`: it is no scan report. `refused`: it is an unusable one. */
export type Reading =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'unrecognised' }
  | { readonly kind: 'refused'; readonly reason: string };
