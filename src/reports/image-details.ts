import type { PackageChanges } from '../plan/refresh/image-changes.ts';
import type { ScanComparison } from '../vulnerabilities/compare-scans.ts';

/** A verified signature by us, or the unverified names of signers; none: nothing is attached. */
export type Signers =
  | { readonly kind: 'ours'; readonly by: string }
  | { readonly kind: 'claimed'; readonly by: readonly string[] }
  | { readonly kind: 'none' };

/** When the environment before got an image: by the commit that pins it, or by promote's record. */
export interface EnvironmentBefore {
  readonly environment: string;
  readonly since: Date;
  readonly shownBy: 'commit' | 'record';
}

/** Details of a promoted image besides its digest. */
export interface ImageDetails {
  readonly platforms: readonly string[];
  /** Bytes of all platforms together. */
  readonly size?: number | undefined;
  /** When it was built, ISO 8601. */
  readonly created?: string | undefined;
  /** The commits since the replaced image; `subjects` may contain fewer than `total`. */
  readonly commits?:
    | {
        readonly url?: string | undefined;
        readonly total?: number | undefined;
        readonly subjects: readonly string[];
      }
    | undefined;
  /** Who signed it; absent: the signatures could not be read. */
  readonly signers?: Signers | undefined;
  /** When the environment before got it, if no gate says so. */
  readonly before?: EnvironmentBefore | undefined;
  /** The changed packages since the replaced image, if both have an SBOM. */
  readonly packages?: PackageChanges | undefined;
  /** The notes of its release, which are text from outside. */
  readonly notes?: { readonly url?: string | undefined; readonly text: string } | undefined;
  /** The fixed and new vulnerabilities since the replaced image, if the environment requires scan reports. */
  readonly vulnerabilities?: ScanComparison | undefined;
}
