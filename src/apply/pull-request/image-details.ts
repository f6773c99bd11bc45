import { PromoteError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import { formatPlatform, type Manifest, parseManifest } from '../../oci/manifest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { Candidate } from '../../plan/candidates.ts';
import { compareSources } from '../../plan/compare-sources.ts';
import type { DecisionKind } from '../../plan/plan.ts';
import { readClosure } from '../../registry/closure.ts';
import type { ImageDetails } from '../../reports/pull-request.ts';
import { readBuildTime } from '../build-time.ts';
import type { Effects } from '../effects.ts';

/**
 * What reviewers want to know of a promoted image, or of one that is gone back to and the commits it takes back; what
 * its registry or source does not tell is left out.
 */
export async function readImageDetails(
  effects: Effects,
  candidate: Candidate,
  kind: DecisionKind,
): Promise<ImageDetails> {
  const { source, digest, current, targets } = candidate;
  const image = await readImage(effects, source.repository, digest);
  if (image === undefined) return { platforms: [] };
  const replaced = current.find(state => state.digest !== undefined && state.digest !== digest)?.digest;
  const places = [...targets.map(({ repository }) => repository), source.repository];
  const before = replaced === undefined ? undefined : await readFirst(effects, places, replaced);
  const [older, newer] = kind === 'rollback' ? [image, before] : [before, image];
  const commits = older && newer && (await readCommits(effects, older.annotations, newer.annotations));
  const created = await readBuildTime(effects.store(source.repository), digest);
  return {
    platforms: image.platforms,
    size: image.size,
    ...(created === undefined ? {} : { created }),
    ...(commits === undefined ? {} : { commits }),
  };
}

interface ReadImage {
  readonly platforms: readonly string[];
  readonly size: number;
  readonly annotations: Manifest['annotations'];
}

/** The annotations are the index's, completed by its first image's. */
async function readImage(
  { store }: Effects,
  repository: RepositoryName,
  digest: Digest,
): Promise<ReadImage | undefined> {
  try {
    const { manifests } = await readClosure(store(repository), digest);
    const [root, first] = manifests.map(parseManifest);
    const images = manifests.map(parseManifest).filter(manifest => manifest.kind === 'image');
    const sizes = images.flatMap(({ config, layers }) => [config, ...layers].map(({ size }) => size));
    return {
      platforms: root?.kind === 'index' ? platformsOf(root) : [],
      size: sizes.reduce((sum, size) => sum + size, 0),
      annotations: { ...first?.annotations, ...root?.annotations },
    };
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}

async function readFirst(
  effects: Effects,
  repositories: readonly RepositoryName[],
  digest: Digest,
): Promise<ReadImage | undefined> {
  for (const repository of repositories) {
    const image = await readImage(effects, repository, digest);
    if (image) return image;
  }
  return undefined;
}

function platformsOf({ manifests }: Extract<Manifest, { kind: 'index' }>): readonly string[] {
  const platforms = manifests.flatMap(({ platform }) => (platform ? formatPlatform(platform) : []));
  // Builders list attestations as manifests for no platform.
  return [...new Set(platforms)].filter(platform => !platform.startsWith('unknown/'));
}

async function readCommits(
  { compare, log }: Effects,
  before: Manifest['annotations'],
  after: Manifest['annotations'],
): Promise<ImageDetails['commits']> {
  const range = compareSources(before, after);
  if (range === undefined) return undefined;
  const { repository, from, to } = range;
  try {
    const compared = await compare?.(repository, from, to);
    if (compared) {
      const { url, total, commits } = compared;
      return { url, total, subjects: commits.map(({ subject }) => subject).toReversed() };
    }
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    log(`commits of ${repository} between ${from} and ${to}: ${error.message}`);
  }
  return { url: range.url, subjects: [] };
}
