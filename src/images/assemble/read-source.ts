import { PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { isIndexType, type ManifestContent, MEDIA_TYPES, parseManifest } from '../../oci/manifest.ts';
import { readPart } from '../../registry/closure.ts';
import type { Store, TagOrDigest } from '../../registry/store.ts';
import { readConfig } from '../facts.ts';
import { type EntryPlatform, type IndexEntry, platformIn } from './index-entry.ts';

/** An image that CI built, for one architecture or several. */
export interface IndexSource {
  readonly store: Store;
  readonly from: TagOrDigest;
  /** The reference as the caller wrote it. */
  readonly name: string;
}

/** The manifests that a source adds to an index. */
export interface SourceParts {
  readonly source: IndexSource;
  readonly digest: Digest;
  /** Whether the source is an index. The new index then gets its manifests, not the index itself. */
  readonly isIndex: boolean;
  readonly entries: readonly IndexEntry[];
  readonly annotations: Readonly<Record<string, string>>;
}

const IMAGE_CONFIGS: ReadonlySet<string> = new Set([
  MEDIA_TYPES.config,
  'application/vnd.docker.container.image.v1+json',
]);
/** BuildKit's annotation: https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
const COMPANION = 'vnd.docker.reference.type';

/**
 * Reads the images of a source, and their platforms from their configs. It sends one request for the source
 * and two for each image. Throws `NOT_FOUND`, and `INVALID` or `UNSUPPORTED` for other content than images.
 */
export async function readSource(source: IndexSource): Promise<SourceParts> {
  const { store, from, name } = source;
  const root = await store.manifest(from);
  if (root === undefined) {
    throw new PromoteError('NOT_FOUND', `index: ${name}: there is no such image`, {
      hint: 'check the name, and that the credentials may read it',
    });
  }
  const manifest = parseManifest(root);
  const { annotations } = manifest;
  const { digest } = root.descriptor;
  if (manifest.kind === 'image') {
    const platform = await readPlatform(store, root, undefined, name);
    const entries = [{ descriptor: root.descriptor, platform, source: name }];
    return { source, digest, isIndex: false, entries, annotations };
  }
  const written = writtenEntries(root);
  const entries = await Promise.all(
    manifest.manifests.map(async (child, at): Promise<IndexEntry> => {
      const { platform: listed, ...descriptor } = written[at] ?? child;
      if (child.annotations?.[COMPANION] !== undefined)
        return { descriptor: written[at] ?? child, source: name };
      if (isIndexType(child.mediaType)) throw nested(name, child);
      const content = await readPart(store, child, digest);
      return { descriptor, platform: await readPlatform(store, content, listed, name), source: name };
    }),
  );
  return { source, digest, isIndex: true, entries, annotations };
}

async function readPlatform(
  store: Store,
  content: ManifestContent,
  listed: EntryPlatform | undefined,
  name: string,
): Promise<EntryPlatform> {
  const manifest = parseManifest(content);
  if (manifest.kind !== 'image' || !IMAGE_CONFIGS.has(manifest.config.mediaType)) {
    const type = manifest.kind === 'image' ? manifest.config.mediaType : manifest.mediaType;
    throw new PromoteError('UNSUPPORTED', `index: ${name}: ${content.descriptor.digest} is ${type}`, {
      hint: 'an index of images takes images alone; promote copy carries other artifacts',
    });
  }
  return platformIn(await readConfig(store, manifest.config), listed, `index: ${name}`);
}

type WrittenEntry = Descriptor & { readonly platform?: EntryPlatform };

/** The entries of an index as written, including fields that we do not use. */
function writtenEntries({ bytes }: ManifestContent): readonly WrittenEntry[] {
  const { manifests }: { readonly manifests: readonly WrittenEntry[] } = JSON.parse(
    new TextDecoder().decode(bytes),
  );
  return manifests;
}

function nested(name: string, { digest }: Descriptor): PromoteError {
  return new PromoteError('UNSUPPORTED', `index: ${name}: it names another index, ${digest}`, {
    hint: 'name the images of that index themselves',
  });
}
