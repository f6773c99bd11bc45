import type { Digest } from './digest.ts';

/** Which machine a manifest is for. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/**
 * What a manifest says of another piece of content.
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
  /** Where a layer that registries need not contain can be downloaded instead. */
  readonly urls?: readonly string[];
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#non-distributable-layers, and Docker's own. */
const NON_DISTRIBUTABLE: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
]);

/**
 * Whether a layer may be elsewhere alone: its type says so, and it names URLs. Any other content names them in vain.
 */
export function isElsewhere({ mediaType, urls = [] }: Descriptor): boolean {
  return urls.length > 0 && NON_DISTRIBUTABLE.has(mediaType);
}
