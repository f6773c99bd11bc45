import { imageNamed } from '../environments/locate.ts';
import type { KnownPlatforms } from '../environments/tags/platform-tags.ts';
import { platformManifests } from '../images/platform-manifests.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { targetRepositories } from '../plan/candidates.ts';
import { readFor } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';
import type { Run } from '../run/run.ts';

/** An image whose platforms are read, and where it may be. */
export interface PlatformsWanted {
  readonly image: string;
  readonly digest: Digest;
  readonly repositories: readonly RepositoryName[];
}

/**
 * Reads the platforms of images, each from the first repository that has it. Errors are noted by image. Costs a
 * manifest each, and the config of an image of one platform.
 */
export async function readPlatforms(
  { store }: Pick<Effects, 'store'>,
  wanted: readonly PlatformsWanted[],
  failures: Parameters<typeof readFor>[0],
): Promise<KnownPlatforms> {
  const read = wanted.map(async ({ image, digest, repositories }) => {
    const platforms = await readFor(failures, image, async () => {
      for (const repository of repositories) {
        const content = await store(repository).manifest(digest);
        if (content !== undefined) return await platformManifests(store(repository), content);
      }
      return [];
    });
    return platforms === undefined ? [] : [[digest, platforms] as const];
  });
  return new Map((await Promise.all(read)).flat());
}

/** Reads the platforms of an environment's images at its targets. What cannot be read has none. */
export async function readTargetPlatforms(
  { effects, environments, environment }: Pick<Run, 'effects' | 'environments' | 'environment'>,
  pins: readonly { readonly image: string; readonly digest: Digest }[],
): Promise<KnownPlatforms> {
  const wanted = pins.map(({ image, digest }) => {
    return { image, digest, repositories: targetRepositories(imageNamed(environments, image), environment) };
  });
  return await readPlatforms(effects, wanted, new Map());
}
