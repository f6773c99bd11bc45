import { buffer } from 'node:stream/consumers';
import { PromoteError, rethrowDefect } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import { formatPlatform, type Manifest } from '../oci/manifest.ts';
import type { Store } from '../registry/store.ts';
import { type Image, readImage } from './image.ts';

const CONFIG_LIMIT = 4 * 1024 * 1024;
/** Builders that omit the time write an earlier date than this. */
const EARLIEST = Date.parse('1990-01-01T00:00:00Z');
const CREATED = 'org.opencontainers.image.created';

/** The facts in an image's manifests and config. For several platforms, one of them describes the image. */
export interface ImageFacts {
  readonly digest: Digest;
  /** When it was built, ISO 8601; absent if its builder omits the time, as reproducible builds do. */
  readonly created?: string | undefined;
  /** Empty if the image names none. */
  readonly platforms: readonly string[];
  /** Compressed bytes. */
  readonly size: number;
  readonly layers: number;
  readonly diffIds: readonly Digest[];
  readonly annotations: Readonly<Record<string, string>>;
  /** The config's labels; an image may inherit them from its base. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Reads an image's facts with one request for its config. Throws `INVALID` where the config is not JSON. */
export async function readImageFacts({ store, digest, root, platform }: Image): Promise<ImageFacts> {
  const platforms = root.kind === 'index' ? platformsOf(root) : [];
  if (platform === undefined) {
    const { annotations } = root;
    return { digest, platforms, size: 0, layers: 0, diffIds: [], annotations, labels: {} };
  }
  const image = platform.manifest;
  const config = await readConfig(store, image.config);
  const own = platformOf(config);
  const annotations = { ...image.annotations, ...root.annotations };
  const created = firstSound([config.created, annotations[CREATED]]);
  return {
    digest,
    created,
    platforms: root.kind === 'index' ? platforms : own === undefined ? [] : [own],
    size: [image.config, ...image.layers].reduce((sum, { size }) => sum + size, 0),
    layers: image.layers.length,
    diffIds: diffIdsOf(config),
    annotations,
    labels: labelsOf(config),
  };
}

/** When an image was built, ISO 8601; `undefined` if the image does not say or is unreadable. */
export async function readBuildTime(store: Store, digest: Digest): Promise<string | undefined> {
  try {
    return (await readImageFacts(await readImage(store, digest))).created;
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}

/** The first of several values that is a valid time. */
function firstSound(times: readonly unknown[]): string | undefined {
  const read = times.map(time => (typeof time === 'string' ? Date.parse(time) : Number.NaN));
  const sound = read.find(time => time > EARLIEST);
  return sound === undefined ? undefined : new Date(sound).toISOString();
}

/** The platforms of an index, each once, without attestations, whose platform is `unknown/unknown`. */
export function platformsOf({ manifests }: Extract<Manifest, { kind: 'index' }>): readonly string[] {
  const platforms = manifests.flatMap(({ platform }) =>
    platform === undefined || platform.os === 'unknown' ? [] : formatPlatform(platform),
  );
  return [...new Set(platforms)];
}

/** Reads an image's config; throws `INVALID` if it is not JSON, and `TOO_LARGE`. */
export async function readConfig(store: Store, descriptor: Descriptor): Promise<Config> {
  const what = `config ${descriptor.digest} of ${store.name}`;
  if (descriptor.size > CONFIG_LIMIT) {
    throw new PromoteError(
      'TOO_LARGE',
      `read ${what}: ${descriptor.size} bytes, expected at most ${CONFIG_LIMIT}`,
    );
  }
  const bytes = await buffer(await store.blob(descriptor));
  try {
    const config: unknown = JSON.parse(bytes.toString());
    if (typeof config === 'object' && config !== null) return config;
  } catch (cause) {
    rethrowDefect(cause);
    throw new PromoteError('INVALID', `read ${what}: not JSON`, { cause });
  }
  throw new PromoteError('INVALID', `read ${what}: not a JSON object`);
}

/** The fields of an image's config: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
export interface Config {
  readonly created?: unknown;
  readonly os?: unknown;
  readonly architecture?: unknown;
  readonly variant?: unknown;
  readonly 'os.version'?: unknown;
  readonly 'os.features'?: unknown;
  readonly config?: { readonly Labels?: unknown } | null;
  readonly rootfs?: { readonly diff_ids?: unknown } | null;
}

function platformOf({ os, architecture, variant }: Config): string | undefined {
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  return formatPlatform({ os, architecture, ...(typeof variant === 'string' && variant ? { variant } : {}) });
}

function diffIdsOf({ rootfs }: Config): readonly Digest[] {
  const ids: unknown = rootfs?.diff_ids;
  return Array.isArray(ids) ? ids.filter(id => typeof id === 'string').filter(isDigest) : [];
}

function labelsOf({ config }: Config): Readonly<Record<string, string>> {
  const labels: unknown = config?.Labels;
  if (typeof labels !== 'object' || labels === null) return {};
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => typeof value === 'string'));
}
