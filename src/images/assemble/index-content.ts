import { PromoteError } from '../../errors.ts';
import { type ManifestContent, MEDIA_TYPES, manifestContent } from '../../oci/manifest.ts';
import { comparablePlatform, type EntryPlatform, type IndexEntry, platformName } from './index-entry.ts';

/** The parts of an index. */
export interface IndexParts {
  readonly entries: readonly IndexEntry[];
  /** Each source's own annotations. */
  readonly annotations: readonly Readonly<Record<string, string>>[];
}

/**
 * The index of the entries, with the annotations that all sources share. The same images give the same bytes,
 * in any order. Throws `INVALID` if two are for one platform.
 */
export function indexContent({ entries, annotations }: IndexParts): ManifestContent {
  assertOneEach(entries);
  const common = commonAnnotations(annotations);
  const isDocker = entries.every(({ descriptor }) => descriptor.mediaType === MEDIA_TYPES.dockerManifest);
  const isPlain = Object.keys(common).length === 0 && entries.every(isUnannotated);
  // Old registries accept Docker's manifests only in Docker's list, which has no annotations.
  const mediaType = isDocker && isPlain ? MEDIA_TYPES.dockerList : MEDIA_TYPES.index;
  const index = {
    schemaVersion: 2,
    mediaType,
    manifests: sorted(entries).map(({ descriptor, platform }) =>
      platform === undefined ? descriptor : { ...descriptor, platform },
    ),
    ...(Object.keys(common).length === 0 ? {} : { annotations: common }),
  };
  return manifestContent(Buffer.from(JSON.stringify(index)));
}

/** Required platforms that the entries lack. */
export function missingPlatforms(
  entries: readonly IndexEntry[],
  wanted: readonly string[],
): readonly string[] {
  const there = new Set(entries.flatMap(({ platform }) => platform && comparablePlatform(platform)));
  return wanted.filter(text => {
    const [os = '', architecture = '', variant = ''] = text.split('/');
    return !there.has(comparablePlatform({ os, architecture, variant }));
  });
}

function assertOneEach(entries: readonly IndexEntry[]): void {
  const seen = new Map<string, IndexEntry>();
  for (const entry of entries) {
    if (entry.platform === undefined) continue;
    const other = seen.get(keyOf(entry.platform));
    if (other !== undefined) {
      const message = `index: ${platformName(entry.platform)} is in ${other.source} and in ${entry.source}`;
      throw new PromoteError('INVALID', message, { hint: 'name one source for each platform' });
    }
    seen.set(keyOf(entry.platform), entry);
  }
}

/** The images by platform; then the entries without a platform, such as attestations. */
function sorted(entries: readonly IndexEntry[]): readonly IndexEntry[] {
  const order = ({ platform, descriptor }: IndexEntry) =>
    platform === undefined ? `1 ${descriptor.digest}` : `0 ${keyOf(platform)}`;
  return entries.toSorted((left, right) => (order(left) < order(right) ? -1 : 1));
}

function keyOf(platform: EntryPlatform): string {
  return `${comparablePlatform(platform)} ${platform['os.version'] ?? ''}`;
}

function commonAnnotations(all: IndexParts['annotations']): Readonly<Record<string, string>> {
  const [first = {}, ...others] = all;
  const common = Object.entries(first).filter(([key, value]) => others.every(other => other[key] === value));
  return Object.fromEntries(common.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function isUnannotated({ descriptor }: IndexEntry): boolean {
  return descriptor.annotations === undefined;
}
