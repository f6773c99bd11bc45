import type { Digest } from '../../oci/digest.ts';

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
}

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
