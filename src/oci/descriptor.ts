import type { Digest } from './digest.ts';

/** The machine that a manifest is for. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** The manifest of an image for one platform. */
export interface PlatformManifest {
  readonly digest: Digest;
  readonly platform: Platform;
}

/**
 * A manifest's reference to another piece of content.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md
 */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  /** Other locations of a layer that registries need not contain. */
  readonly urls?: readonly string[];
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#non-distributable-layers, and Docker's own. */
const NON_DISTRIBUTABLE: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
]);

/** Whether a layer may be absent from the registry: its type allows it, and it names URLs. */
export function isElsewhere({ mediaType, urls = [] }: Descriptor): boolean {
  return urls.length > 0 && NON_DISTRIBUTABLE.has(mediaType);
}
