import type { PackageChanges } from '../plan/refresh/image-changes.ts';
import type { ScanComparison } from '../vulnerabilities/compare-scans.ts';

/** A signature of ours that was verified, or who is said to have signed, unverified; none: nothing is attached. */
export type Signers =
  | { readonly kind: 'ours'; readonly by: string }
  | { readonly kind: 'claimed'; readonly by: readonly string[] }
  | { readonly kind: 'none' };

/** When the environment before came to have an image: by the commit that pins it, or as promote recorded it. */
export interface EnvironmentBefore {
  readonly environment: string;
  readonly since: Date;
  readonly shownBy: 'commit' | 'record';
}

/** Details of a promoted image besides its digest. */
export interface ImageDetails {
  readonly platforms: readonly string[];
  /** Of all platforms, in bytes. */
  readonly size?: number | undefined;
  /** When it was built, ISO 8601. */
  readonly created?: string | undefined;
  /** The commits since the image that it replaces; `subjects` may hold fewer than `total`. */
  readonly commits?:
    | {
        readonly url?: string | undefined;
        readonly total?: number | undefined;
        readonly subjects: readonly string[];
      }
    | undefined;
  /** Who signed it; absent: that could not be read. */
  readonly signers?: Signers | undefined;
  /** Since when the environment before has it, where no gate says so. */
  readonly before?: EnvironmentBefore | undefined;
  /** How its packages differ from those of the image that it replaces, where both have an SBOM. */
  readonly packages?: PackageChanges | undefined;
  /** The notes of its release: text from outside. */
  readonly notes?: { readonly url?: string | undefined; readonly text: string } | undefined;
  /** What gets better and worse against the image that it replaces, where the environment asks for scan reports. */
  readonly vulnerabilities?: ScanComparison | undefined;
}
