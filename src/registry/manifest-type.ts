import { MEDIA_TYPES } from '../oci/manifest.ts';

const MANIFEST_TYPES: ReadonlySet<string> = new Set([
  MEDIA_TYPES.index,
  MEDIA_TYPES.manifest,
  MEDIA_TYPES.dockerList,
  MEDIA_TYPES.dockerManifest,
]);

/** Whether content of the media type is a manifest or an index; an index may name other content too. */
export function isManifestType(mediaType: string): boolean {
  return MANIFEST_TYPES.has(mediaType);
}
