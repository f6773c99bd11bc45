import type { VulnerabilityGate } from '../../environments/gates/vulnerabilities.ts';
import { sourceNames } from '../../environments/image-origin.ts';
import { environmentNamed, imageNamed } from '../../environments/locate.ts';
import { readImageScans } from '../../facts/read-scans.ts';
import { compareTags } from '../../oci/compare-tags.ts';
import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { contain } from '../../run/contain.ts';
import { compareScans, findingKeys } from '../../vulnerabilities/compare-scans.ts';
import type { Cure } from '../../vulnerabilities/cure.ts';
import type { ImageScans } from '../../vulnerabilities/judge.ts';
import { type PinnedImage, readPinned, type Surveying } from './pinned.ts';

/** An image besides the pinned one. */
interface OtherImage {
  readonly where: string;
  readonly repository: RepositoryName;
  readonly tag?: string | undefined;
  readonly digest: Digest;
}

/** Reads what an environment before pins, once for all images. */
export type ReadBefore = (environment: string) => Promise<readonly PinnedImage[]>;

/** Reads what environments pin, each once. A failure gives no cure; that environment's survey reports it. */
export function readingBefore(at: Omit<Surveying, 'environment'>): ReadBefore {
  const known = new Map<string, Promise<readonly PinnedImage[]>>();
  const read = async (name: string) => {
    const environment = environmentNamed(at.environments, name);
    const found = await contain(() => readPinned({ ...at, environment }));
    return found.kind === 'done' ? found.value.images : [];
  };
  return name => {
    const reading = known.get(name) ?? read(name);
    known.set(name, reading);
    return reading;
  };
}

/** What images on their way here would fix: those of earlier environments, and the newest build. */
export async function newerImages(
  at: Surveying,
  gate: VulnerabilityGate,
  pinned: PinnedImage,
  { before, scans }: { readonly before: ReadBefore; readonly scans: ImageScans },
): Promise<readonly Cure[]> {
  const others = [...(await imagesBefore(at, pinned, before)), ...(await newestBuild(at, pinned))];
  const distinct = new Map(others.toReversed().map(other => [other.digest, other]));
  distinct.delete(pinned.digest);
  const compared: Cure[] = [];
  for (const { where, repository, tag, digest } of [...distinct.values()].reverse()) {
    const source = { image: pinned.image, digest, source: { repository }, targets: [] };
    const read = await contain(() => readImageScans(at.effects, source, gate));
    const named = { kind: 'image', where, tag, digest } as const;
    if (read.kind === 'failed') {
      compared.push({ ...named, outcome: { kind: 'unknown', reason: read.error.message } });
      continue;
    }
    const change = compareScans(scans, read.value, gate, at.effects.now(), 'that image');
    const outcome =
      change.kind === 'unknown'
        ? change
        : {
            kind: 'compared' as const,
            gone: new Set(change.gone.flatMap(findingKeys)),
            fresh: change.fresh.length,
          };
    compared.push({ ...named, outcome });
  }
  return compared;
}

async function imagesBefore(
  { environments, environment }: Surveying,
  { image }: PinnedImage,
  before: ReadBefore,
): Promise<readonly OtherImage[]> {
  const found: OtherImage[] = [];
  const passed = new Set(sourceNames(environment.from));
  // The loop also visits the environments that it adds.
  for (const name of passed) {
    for (const { image: other, repositories, digest, tag } of await before(name)) {
      const [repository] = repositories;
      if (other === image && repository !== undefined) found.push({ where: name, repository, tag, digest });
    }
    for (const next of sourceNames(environmentNamed(environments, name).from)) passed.add(next);
  }
  return found;
}

/** The build with the highest tag above the pinned one, if tags have an order and the registry lists them. */
async function newestBuild(
  { effects, environments }: Surveying,
  { image, tag }: PinnedImage,
): Promise<readonly OtherImage[]> {
  const { source } = imageNamed(environments, image);
  if (source === undefined || tag === undefined) return [];
  const found = await contain(async () => {
    const store = effects.store(source);
    const newer = ((await store.tags()) ?? []).filter(other => compareTags(tag, other).kind === 'older');
    const newest = newer.reduce<string | undefined>(
      (best, other) => (best === undefined || compareTags(best, other).kind === 'older' ? other : best),
      undefined,
    );
    const head = newest === undefined ? undefined : await store.head(newest);
    return head && { where: 'build', repository: source, tag: newest, digest: head.digest };
  });
  if (found.kind === 'failed') {
    effects.log(`${image}: builds newer than ${tag} are not known: ${found.error.message}`);
    return [];
  }
  return found.value === undefined ? [] : [found.value];
}
