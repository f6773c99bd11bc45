import type { Digest } from '../../oci/digest.ts';
import type { Sbom } from './sbom.ts';

/** What is told of an image: of its first Linux platform where it has several. */
export interface ImageFacts {
  readonly digest: Digest;
  /** When it was built, ISO 8601; absent where its builder does not say, as reproducible builds do not. */
  readonly created?: string;
  /** Empty for an image that names none. */
  readonly platforms: readonly string[];
  /** Compressed bytes. */
  readonly size: number;
  readonly layers: number;
  readonly diffIds: readonly Digest[];
  readonly annotations: Readonly<Record<string, string>>;
  /** Its config's, which it may have from its base. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What an image holds, as far as it could be read. */
export interface ImageContents extends Partial<Pick<Sbom, 'packages'>> {
  /** The operating system's name and version. */
  readonly os?: string;
}

/** Whether somebody signed an image: one who was asked for, or anybody at all, which was not verified. */
export type ImageSignature =
  | { readonly kind: 'verified'; readonly by: string }
  | { readonly kind: 'unverified' | 'none' };

/** Platforms that the older image has and the newer one has not, and the other way round. */
export function platformChanges(
  before: ImageFacts,
  after: ImageFacts,
): { readonly lost: readonly string[]; readonly gained: readonly string[] } {
  return {
    lost: before.platforms.filter(platform => !after.platforms.includes(platform)),
    gained: after.platforms.filter(platform => !before.platforms.includes(platform)),
  };
}
