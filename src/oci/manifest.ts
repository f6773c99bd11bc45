import { PromoteError, rethrowDefect } from '../errors.ts';
import type { Descriptor, Platform } from './descriptor.ts';
import { digestOf, isDigest } from './digest.ts';

/** Media types of the image and distribution specifications, and Docker's equivalents. */
export const MEDIA_TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

/** The most bytes of a manifest that are read. The specification requires registries to accept 4 MiB. */
export const MANIFEST_LIMIT = 8 * 1024 * 1024;

/** A manifest as received. Its bytes decide and are never re-encoded. */
export interface ManifestContent {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

interface Common {
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A parsed manifest: an index of manifests, or an image (or artifact) with a config and layers. */
export type Manifest =
  | (Common & { readonly kind: 'index'; readonly manifests: readonly Descriptor[] })
  | (Common & {
      readonly kind: 'image';
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    });

/**
 * Parses a manifest. Throws `INVALID` if the bytes are not one, or have the parts of an image and of an index,
 * and `UNSUPPORTED` for schema 1.
 */
export function parseManifest({ descriptor, bytes }: ManifestContent): Manifest {
  const what = `manifest ${descriptor.digest}`;
  const json = parseObject(bytes, what);
  const mediaType = typeof json.mediaType === 'string' ? json.mediaType : descriptor.mediaType;
  if (json.schemaVersion !== 2) {
    throw new PromoteError(
      'UNSUPPORTED',
      `${what}: schemaVersion ${String(json.schemaVersion)}, expected 2`,
      {
        hint: 'rebuild the image with a tool that writes OCI or Docker schema 2 manifests',
      },
    );
  }
  const common: Common = {
    mediaType,
    annotations: annotationsOf(json.annotations),
    ...(typeof json.artifactType === 'string' ? { artifactType: json.artifactType } : {}),
    ...(json.subject === undefined || json.subject === null
      ? {}
      : { subject: parseDescriptor(json.subject, `${what}: subject`) }),
  };
  refuseOtherKind(json, mediaType, what);
  if (isIndexType(mediaType)) {
    return { ...common, kind: 'index', manifests: descriptorsOf(json.manifests, `${what}: manifests`) };
  }
  const config = parseDescriptor(json.config, `${what}: config`);
  return { ...common, kind: 'image', config, layers: descriptorsOf(json.layers, `${what}: layers`) };
}

/**
 * Throws `INVALID` for an index with an image's parts, and the other way round. Clients that go by the media
 * type and clients that go by the parts would see two different images.
 * https://github.com/advisories/GHSA-77vh-xpmg-72qh
 */
export function refuseOtherKind(json: Record<string, unknown>, mediaType: string, what: string): void {
  const isIndex = isIndexType(mediaType);
  const other = (isIndex ? ['config', 'layers'] : ['manifests']).find(key => isPresent(json[key]));
  if (other === undefined) return;
  const kind = isIndex ? 'an index' : 'an image';
  throw new PromoteError(
    'INVALID',
    `${what}: its media type, ${mediaType}, is that of ${kind}, and it has ${other}`,
    {
      hint: 'clients would see different images in it: push it again with a tool that writes an index or an image',
    },
  );
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A manifest from its bytes. `mediaType` applies if the body names none; `what` begins messages. */
export function manifestContent(
  bytes: Uint8Array,
  mediaType?: string,
  what: string = 'manifest',
): ManifestContent {
  const json = parseObject(bytes, what);
  const type = typeof json.mediaType === 'string' ? json.mediaType : (announced(mediaType) ?? shapeOf(json));
  if (type === undefined)
    throw new PromoteError('INVALID', `${what}: neither body nor sender names a media type`);
  refuseOtherKind(json, type, what);
  return { descriptor: { mediaType: type, digest: digestOf(bytes), size: bytes.length }, bytes };
}

/** The sender's media type, unless it only says what any JSON file is. */
function announced(mediaType: string | undefined): string | undefined {
  return mediaType !== undefined && GENERIC_TYPES.has(mediaType) ? undefined : mediaType;
}

const GENERIC_TYPES: ReadonlySet<string> = new Set([
  'application/json',
  'application/octet-stream',
  'binary/octet-stream',
  'text/plain',
]);

/** The OCI media type that a body without one has by its parts. */
export function shapeOf({ manifests, config, layers }: Record<string, unknown>): string | undefined {
  if (Array.isArray(manifests)) return MEDIA_TYPES.index;
  return config !== undefined && Array.isArray(layers) ? MEDIA_TYPES.manifest : undefined;
}

const MANIFEST_TYPES: ReadonlySet<string> = new Set([
  MEDIA_TYPES.index,
  MEDIA_TYPES.manifest,
  MEDIA_TYPES.dockerList,
  MEDIA_TYPES.dockerManifest,
]);

/** Whether the media type is that of a manifest or an index. An index may also name other content. */
export function isManifestType(mediaType: string): boolean {
  return MANIFEST_TYPES.has(mediaType);
}

/** Whether the media type is that of an index or of Docker's manifest list. */
export function isIndexType(mediaType: string): boolean {
  return mediaType === MEDIA_TYPES.index || mediaType === MEDIA_TYPES.dockerList;
}

/** An artifact's entry in a referrers list: artifact type, else the config's media type, and annotations. */
export function referrerDescriptor(content: ManifestContent): Descriptor {
  const manifest = parseManifest(content);
  const artifactType =
    manifest.artifactType ?? (manifest.kind === 'image' ? manifest.config.mediaType : undefined);
  return {
    ...content.descriptor,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(Object.keys(manifest.annotations).length === 0 ? {} : { annotations: manifest.annotations }),
  };
}

/** `linux/arm64/v8`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(part => part !== undefined).join('/');
}

function parseObject(bytes: Uint8Array, what: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    rethrowDefect(cause);
    throw new PromoteError('INVALID', `${what}: not JSON`, { cause });
  }
  if (isObject(json)) return json;
  throw new PromoteError('INVALID', `${what}: not a JSON object`);
}

function parseDescriptor(value: unknown, what: string): Descriptor {
  if (!isObject(value)) throw new PromoteError('INVALID', `${what}: not a descriptor`);
  const { mediaType, digest, size, artifactType, urls } = value;
  const sound = typeof mediaType === 'string' && typeof digest === 'string' && isDigest(digest);
  if (!sound || typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw new PromoteError('INVALID', `${what}: a descriptor needs mediaType, digest and size`);
  }
  const annotations = annotationsOf(value.annotations);
  const platform = platformOf(value.platform);
  return {
    mediaType,
    digest,
    size,
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    ...(platform === undefined ? {} : { platform }),
    ...(Array.isArray(urls) ? { urls: urls.filter(url => typeof url === 'string') } : {}),
  };
}

function descriptorsOf(value: unknown, what: string): readonly Descriptor[] {
  // Go writes an empty list as null.
  if (value === null) return [];
  if (!Array.isArray(value)) throw new PromoteError('INVALID', `${what}: not a list`);
  return value.map((entry, index) => parseDescriptor(entry, `${what}[${index}]`));
}

function annotationsOf(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function platformOf(value: unknown): Platform | undefined {
  if (!isObject(value) || typeof value.os !== 'string' || typeof value.architecture !== 'string')
    return undefined;
  const { os, architecture, variant } = value;
  return { os, architecture, ...(typeof variant === 'string' ? { variant } : {}) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
