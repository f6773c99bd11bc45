import type { Environment, Environments } from '../environments/environments.ts';
import { environmentNamed, imageNamed } from '../environments/locate.ts';
import { needsVersion } from '../environments/tags/tags.ts';
import type { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import { decides } from '../plan/pin-target.ts';
import type { ImagePin, Snapshot, SourceImage } from '../plan/snapshot.ts';
import { type Failures, readFor } from './contain.ts';
import type { Effects, PromotionRequest } from './effects.ts';
import { type PinnedFiles, readPins } from './read-pins.ts';
import { findRepairSources } from './repair-sources.ts';
import { findSources } from './sources.ts';

/** The snapshot of one run, and the files it was taken from. */
export interface Observation {
  readonly snapshot: Snapshot;
  readonly files: PinnedFiles;
  /** What could not be read of an image's sources. */
  readonly failures: Failures;
  /** Where rollbacks are proposed, by the images that would go back; absent: nobody has looked. */
  readonly rollbacks?: ReadonlyMap<string, string>;
  /** Digests that are known to have been pinned here before. */
  readonly lived?: ReadonlySet<Digest>;
}

/** Reads the environment's files and everything its images may be promoted from. */
export async function observe(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  request: PromotionRequest,
): Promise<Observation> {
  for (const name of request.images.keys()) imageNamed(environments, name);
  const { from } = environment;
  const source = from.kind === 'build' ? undefined : environmentNamed(environments, from.name);
  const files = await readPins(effects, environments, environment, source);
  const asked = ({ image }: ImagePin) => request.images.size === 0 || request.images.has(image);
  const failures = new Map<string, PromoteError>();
  const sources = request.repair
    ? await findRepairSources(effects, environments, environment, files.pins.filter(asked))
    : await findSources(effects, environments, environment, request, failures);
  const versioned = new Set(files.pins.filter(({ pin }) => !decides(pin)).map(({ image }) => image));
  const versions = await readVersions(effects, environment, sources, versioned, failures);
  return {
    files,
    failures,
    snapshot: {
      base: { repository: files.repository.name, ...files.head },
      target: files.pins,
      sources,
      only: [...request.images.keys()],
      versions,
    },
  };
}

/** `org.opencontainers.image.version` of each source whose tag cannot fill the tag templates, or a version's pin. */
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
