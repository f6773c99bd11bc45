import type { Digest } from '../oci/digest.ts';
import type { Rating } from './severity.ts';

/** A digest that a report says it was made of: a manifest or index in a registry, or an image's config. */
export interface ScannedDigest {
  readonly kind: 'manifest' | 'config';
  readonly digest: Digest;
}

/** A package that a vulnerability was found in. */
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
  /** Names of advisories that may be about further vulnerabilities, too: `RHSA-…`, `DSA-…`. */
  readonly advisories: readonly string[];
  readonly package: AffectedPackage;
  /** Versions without it, as far as the report says. */
  readonly fixed: readonly string[];
  /** Whether a fix exists. Many formats do not say, which is no `no`. */
  readonly fix: 'yes' | 'no' | 'unknown';
  readonly rating: Rating;
  /** Whether whoever announced the vulnerability took it back. */
  readonly isWithdrawn: boolean;
}

/** A scan report in its one form, whatever wrote it. */
export interface Report {
  /** The format that it was recognised as. */
  readonly format: string;
  /** The scanner's name in lower case, such as `trivy`. */
  readonly scanner: string;
  /** What it was made of; empty where the format does not say. */
  readonly digests: readonly ScannedDigest[];
  /** `linux/amd64`, where the report says which platform was scanned. */
  readonly platform?: string | undefined;
  /** When the scan was made, where the report says. */
  readonly time?: Date | undefined;
  /** Why nothing found does not mean that nothing is there; absent: the scan was whole. */
  readonly flaw?: string | undefined;
  /** Whether vulnerabilities without a fix were left out of it. */
  readonly isFixableOnly?: boolean | undefined;
  readonly findings: readonly Finding[];
}

/** What one document gave. `unrecognised`: it is no scan report; `refused`: it is one and cannot be used. */
export type Reading =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'unrecognised' }
  | { readonly kind: 'refused'; readonly reason: string };
