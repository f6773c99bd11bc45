import { buffer } from 'node:stream/consumers';
import { PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { type Digest, isDigest } from '../../oci/digest.ts';
import { formatPlatform, type Manifest, type ManifestContent, parseManifest } from '../../oci/manifest.ts';
import type { ImageFacts } from '../../plan/refresh/image-facts.ts';
import type { Store } from '../../registry/store.ts';

const CONFIG_LIMIT = 4 * 1024 * 1024;
/** Builders that leave the time out write one of these years. */
const EARLIEST = Date.parse('1990-01-01T00:00:00Z');

/**
 * Reads what is told of an image; three requests for one of several platforms, two for any other. Throws `NOT_FOUND`
 * where it is absent, `INVALID` where its config is none.
 */
export async function readImageFacts(store: Store, digest: Digest): Promise<ImageFacts> {
  const root = parseManifest(await requireManifest(store, digest));
  const platforms = root.kind === 'index' ? platformsOf(root) : [];
  const image = root.kind === 'index' ? await firstImage(store, root) : root;
  if (image === undefined) {
    return { digest, platforms, size: 0, layers: 0, diffIds: [], annotations: root.annotations };
  }
  const config = await readConfig(store, image.config);
  const own = platformOf(config);
  const created = typeof config.created === 'string' ? Date.parse(config.created) : Number.NaN;
  return {
    digest,
    ...(created > EARLIEST ? { created: new Date(created).toISOString() } : {}),
    platforms: root.kind === 'index' ? platforms : own === undefined ? [] : [own],
    size: [image.config, ...image.layers].reduce((sum, { size }) => sum + size, 0),
    layers: image.layers.length,
    diffIds: diffIdsOf(config),
    annotations: { ...image.annotations, ...root.annotations },
  };
}

async function requireManifest(store: Store, digest: Digest): Promise<ManifestContent> {
  const content = await store.manifest(digest);
  if (content !== undefined) return content;
  throw new PromoteError('NOT_FOUND', `read image ${store.name}@${digest}: it is not there`);
}

type Index = Extract<Manifest, { kind: 'index' }>;
type Image = Extract<Manifest, { kind: 'image' }>;

async function firstImage(store: Store, { manifests }: Index): Promise<Image | undefined> {
  const images = manifests.filter(({ platform }) => platform?.os !== 'unknown');
  const first =
    images.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64') ?? images[0];
  const manifest = first && parseManifest(await requireManifest(store, first.digest));
  return manifest?.kind === 'image' ? manifest : undefined;
}

/** Attestations are listed for the platform `unknown/unknown`. */
function platformsOf({ manifests }: Index): readonly string[] {
  const platforms = manifests.flatMap(({ platform }) =>
    platform === undefined || platform.os === 'unknown' ? [] : formatPlatform(platform),
  );
  return [...new Set(platforms)];
}

async function readConfig(store: Store, descriptor: Descriptor): Promise<Config> {
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
    throw new PromoteError('INVALID', `read ${what}: not JSON`, { cause });
  }
  throw new PromoteError('INVALID', `read ${what}: not a JSON object`);
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
interface Config {
  readonly created?: unknown;
  readonly os?: unknown;
  readonly architecture?: unknown;
  readonly variant?: unknown;
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
