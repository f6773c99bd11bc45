import type { PlatformManifest } from '../oci/descriptor.ts';
import { isManifestType, type ManifestContent, parseManifest } from '../oci/manifest.ts';
import type { Store } from '../registry/store.ts';
import { readConfig } from './facts.ts';

/**
 * The manifests of an image by platform. An index names its platforms, without attestations of its builder. An image
 * of one platform has it in its config, which costs a request; none for what is no image.
 */
export async function platformManifests(
  store: Store,
  content: ManifestContent,
): Promise<readonly PlatformManifest[]> {
  const manifest = parseManifest(content);
  if (manifest.kind === 'index') {
    return manifest.manifests.flatMap(({ digest, mediaType, platform }) =>
      platform === undefined || platform.os === 'unknown' || !isManifestType(mediaType)
        ? []
        : [{ digest, platform }],
    );
  }
  const { os, architecture, variant } = await readConfig(store, manifest.config);
  if (typeof os !== 'string' || typeof architecture !== 'string') return [];
  const platform = {
    os,
    architecture,
    ...(typeof variant === 'string' && variant !== '' ? { variant } : {}),
  };
  return [{ digest: content.descriptor.digest, platform }];
}
