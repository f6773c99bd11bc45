import type { Environment } from '../environments/environments.ts';
import { imageNamed } from '../environments/locate.ts';
import { needsVersion } from '../environments/tags/tags.ts';
import type { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import { formOf } from '../plan/pin-target.ts';
import type { ImagePin, Snapshot, SourceImage } from '../plan/snapshot.ts';
import { type Failures, readFor } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import { findSources } from './sources.ts';

/** The snapshot of one run, with further facts. */
export interface Observation {
  readonly snapshot: Snapshot;
  /** Errors in reading images' sources. */
  readonly failures: Failures;
  /** The pull requests that propose rollbacks, by image; absent: not read. */
  readonly rollbacks?: ReadonlyMap<string, string>;
  /** Digests that were pinned here before. */
  readonly pinnedBefore?: ReadonlySet<Digest>;
  /** Whether to look for a stop whose pull request was closed. */
  readonly asksStop?: boolean | undefined;
}

/** Reads everything that the environment's images may be promoted from. */
export async function observe(run: Run): Promise<Observation> {
  const { request, files, base } = run;
  const asked = ({ image }: ImagePin) => request.images.size === 0 || request.images.has(image);
  const failures = new Map<string, PromoteError>();
  const sources = request.repair
    ? await (await import('./repair-sources.ts')).findRepairSources(run, files.pins.filter(asked))
    : await findSources(run, failures);
  const snapshot = {
    base,
    target: files.pins,
    mentions: files.mentions,
    special: files.special,
    sources,
    only: [...request.images.keys()],
    versions: new Map(),
  };
  return { failures, snapshot: await withImageFacts(run, snapshot, failures) };
}

/** The snapshot with what tags need of its sources' images. What it has already is not read again. */
export async function withImageFacts(
  { effects, environments, environment, files }: Run,
  snapshot: Snapshot,
  failures: Map<string, PromoteError>,
): Promise<Snapshot> {
  const { sources } = snapshot;
  const versioned = new Set(
    files.pins
      .filter(({ image, pin }) => formOf(environment, imageNamed(environments, image), pin) === 'version')
      .map(({ image }) => image),
  );
  const isNew = (known: ReadonlyMap<Digest, unknown>) => (source: SourceImage) =>
    source.digest !== undefined && !known.has(source.digest);
  const unread = sources.filter(isNew(snapshot.versions));
  const versions = await readVersions(effects, environment, unread, versioned, failures);
  const all = { ...snapshot, versions: new Map([...snapshot.versions, ...versions]) };
  if (environment.platformTags === undefined) return all;
  const { platforms = new Map() } = snapshot;
  const wanted = sources.filter(isNew(platforms)).flatMap(({ image, digest, repository, foreign }) => {
    return digest === undefined || foreign ? [] : [{ image, digest, repositories: [repository] }];
  });
  const { readPlatforms } = await import('./read-platforms.ts');
  const found = await readPlatforms(effects, wanted, failures);
  return { ...all, platforms: new Map([...platforms, ...found]) };
}

/** Reads `org.opencontainers.image.version` of sources whose tag fills no tag template or version's pin. */
async function readVersions(
  effects: Effects,
  environment: Environment,
  sources: readonly SourceImage[],
  versioned: ReadonlySet<string>,
  failures: Map<string, PromoteError>,
): Promise<ReadonlyMap<Digest, string>> {
  const unversioned = sources.filter(
    ({ image, tag, foreign }) => !foreign && needsVersion(environment.tags, tag, versioned.has(image)),
  );
  const read = unversioned.map(async ({ image, repository, digest }) => {
    if (digest === undefined) return [];
    const content = await readFor(failures, image, async () => effects.store(repository).manifest(digest));
    const version = content && parseManifest(content).annotations['org.opencontainers.image.version'];
    return version === undefined ? [] : [[digest, version] as const];
  });
  return new Map((await Promise.all(read)).flat());
}
