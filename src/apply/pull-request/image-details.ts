import { PromoteError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import { type Manifest, parseManifest } from '../../oci/manifest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { Candidate } from '../../plan/candidates.ts';
import { compareSources, sourceRepository } from '../../plan/compare-sources.ts';
import type { DecisionKind } from '../../plan/plan.ts';
import { readClosure } from '../../registry/copy/closure.ts';
import type { ImageDetails } from '../../reports/pull-request.ts';
import type { Effects } from '../effects.ts';
import { platformsOf, readImageFacts } from '../refresh/read-image-facts.ts';

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
  const image = await readToldImage(effects, source.repository, digest);
  if (image === undefined) return { platforms: [] };
  const replaced = current.find(state => state.digest !== undefined && state.digest !== digest)?.digest;
  const places = [...targets.map(({ repository }) => repository), source.repository];
  const before = replaced === undefined ? undefined : await readFirst(effects, places, replaced);
  const [older, newer] = kind === 'rollback' ? [image, before] : [before, image];
  const commits = older && newer && (await readCommits(effects, older.says, newer.says));
  const { platforms, size, created } = image;
  return {
    platforms,
    size,
    ...(created === undefined ? {} : { created }),
    ...(commits === undefined ? {} : { commits }),
  };
}

interface ToldImage {
  readonly platforms: readonly string[];
  readonly size: number;
  readonly created?: string;
  /** What its builder says of its source: in annotations, else in labels, which it may have from its base. */
  readonly says: Manifest['annotations'];
}

/** The annotations are the index's, completed by its first image's; the config's labels and time are those of that one. */
async function readToldImage(
  { store: open }: Effects,
  repository: RepositoryName,
  digest: Digest,
): Promise<ToldImage | undefined> {
  const store = open(repository);
  const closure = await unlessUnread(() => readClosure(store, digest));
  if (closure === undefined) return undefined;
  const parsed = closure.manifests.map(content => ({
    digest: content.descriptor.digest,
    manifest: parseManifest(content),
  }));
  const images = parsed.flatMap(({ digest, manifest }) =>
    manifest.kind === 'image' ? [{ digest, manifest }] : [],
  );
  const [root, [platform]] = [parsed[0]?.manifest, images];
  if (root === undefined || platform === undefined) return undefined;
  const facts = await unlessUnread(() => readImageFacts({ store, digest, root, platform }));
  const annotations = { ...platform.manifest.annotations, ...root.annotations };
  const { created, labels = {} } = facts ?? {};
  const sizes = images.flatMap(({ manifest: { config, layers } }) => [config, ...layers]);
  return {
    platforms: root.kind === 'index' ? platformsOf(root) : [],
    size: sizes.reduce((sum, { size }) => sum + size, 0),
    ...(created === undefined ? {} : { created }),
    says: sourceRepository(annotations) === undefined ? labels : annotations,
  };
}

async function unlessUnread<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}

async function readFirst(
  effects: Effects,
  repositories: readonly RepositoryName[],
  digest: Digest,
): Promise<ToldImage | undefined> {
  for (const repository of repositories) {
    const image = await readToldImage(effects, repository, digest);
    if (image) return image;
  }
  return undefined;
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
