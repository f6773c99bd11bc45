import type { Environment, Environments } from '../../environments/environments.ts';
import { sourceNames } from '../../environments/image-origin.ts';
import { environmentNamed, imageNamed } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { targetRepositories } from '../../plan/candidates.ts';
import { requireReadable } from '../../plan/image-pins.ts';
import { pinnedImages } from '../../plan/pinned-images.ts';
import type { Built, Chain, Custody, Gap } from '../../reports/custody.ts';
import type { Effects } from '../../run/effects.ts';
import { readPins } from '../../run/read-pins.ts';
import { withRecords } from '../../run/recorded-pins.ts';
import { readBuilt } from './built.ts';
import { environmentBefore } from './path.ts';
import { readStep } from './step.ts';

/** The ends of an image's chains. */
export interface CustodyRequest {
  readonly image: string;
  /** The environment at the end; absent: every environment that no other one promotes from. */
  readonly environment?: string | undefined;
  /** The digest at the end; absent: the pinned ones. */
  readonly digest?: Digest | undefined;
}

/**
 * Follows an image from its last environment back to its build, by signed records alone; writes nothing.
 * Throws `NOT_FOUND` if none of the last environments pins it.
 */
export async function readCustody(
  effects: Effects,
  environments: Environments,
  { image, environment, digest }: CustodyRequest,
): Promise<Custody> {
  imageNamed(environments, image);
  const ends =
    environment === undefined ? lastOnes(environments) : [environmentNamed(environments, environment)];
  const found = await Promise.all(
    ends.map(async end => {
      const digests = digest === undefined ? await pinnedIn(effects, environments, end, image) : [digest];
      const targets = targetRepositories(imageNamed(environments, image), end);
      return digests.flatMap(one => targets.map(repository => ({ end, digest: one, repository })));
    }),
  );
  const chains: Chain[] = [];
  for (const link of found.flat()) chains.push(await readChain(effects, environments, image, link));
  if (chains.length > 0) return { image, chains };
  const where = ends.map(({ name }) => name).join(', ');
  throw new PromoteError('NOT_FOUND', `custody: no digest of ${image} is pinned in ${where}`, {
    hint: 'name another end (--environment <name>), or a digest (--digest <digest>)',
  });
}

interface Link {
  readonly end: Environment;
  readonly digest: Digest;
  readonly repository: RepositoryName;
}

async function readChain(
  effects: Effects,
  environments: Environments,
  image: string,
  { end, digest, repository }: Link,
): Promise<Chain> {
  const store = effects.store(repository);
  const common = { environment: end.name, repository, digest };
  if ((await store.head(digest)) === undefined) {
    const detail = `${repository} has no such image`;
    return { ...common, built: [], steps: [], gaps: [{ environment: end.name, code: 'absent', detail }] };
  }
  const place = { store, digest, referrers: await store.referrers(digest) };
  const steps: Awaited<ReturnType<typeof readStep>>[] = [];
  let entry = end;
  for (let next: Environment | undefined = end; next !== undefined; ) {
    const read = await readStep(effects, environments, {
      environment: next,
      image,
      place,
      isEnd: next === end,
    });
    steps.unshift(read);
    entry = next;
    next = environmentBefore(environments, next, read.step);
  }
  const built = await readBuilt(effects, place, image, entry);
  return {
    ...common,
    built,
    steps: steps.flatMap(({ step }) => step ?? []),
    gaps: [...buildGaps(built, entry.name), ...steps.flatMap(({ gaps }) => gaps)],
  };
}

/** The gap for an image without accepted provenance. */
function buildGaps(built: readonly Built[], entry: string): readonly Gap[] {
  if (built.length === 0) return [{ code: 'no-provenance', detail: 'nothing attached says who built it' }];
  if (built.some(({ verified }) => verified)) return [];
  const detail = `what says who built it is not as the gates of ${entry} ask: provenance, or else signature`;
  return [{ code: 'unverified-provenance', detail }];
}

/** The environments that no other one promotes from. */
function lastOnes({ environments }: Environments): readonly Environment[] {
  return environments.filter(
    ({ name }) => !environments.some(({ from }) => sourceNames(from).includes(name)),
  );
}

async function pinnedIn(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  image: string,
): Promise<readonly Digest[]> {
  const files = await readPins({ effects, environments, environment });
  requireReadable(files.unreadable);
  const own = files.pins.filter(pin => pin.image === image);
  const pins = await withRecords({ effects, environments: files.environments, environment }, own);
  return pinnedImages(environments, environment, pins).map(({ digest }) => digest);
}
