import type { Environment, Environments } from '../environments/environments.ts';
import { commonDirectory, ownsFile, placesIn } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { EVERYTHING } from '../git/text.ts';
import { readBuildTime } from '../images/facts.ts';
import { type Digest, hexOf } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import { isOwn, pinReader } from '../plan/image-pins.ts';
import type { ImagePin } from '../plan/snapshot.ts';
import type { PinnedFiles } from '../proposals/run.ts';
import type { Effects } from './effects.ts';
import { HISTORY_LIMIT } from './read-pins.ts';

/** Blobs read at a time: many enough to ask rarely, few enough to stop early. */
const BATCH = 100;

const DAY = 24 * 60 * 60 * 1000;

/** How earlier pins of a candidate are recognised: by its digest, or by the tags of pins without a digest. */
interface Wanted {
  readonly image: string;
  readonly digest: Digest;
  readonly tags: readonly string[];
}

/**
 * The candidates' digests that the environment's files pinned in an earlier commit, and that some file does
 * not pin now. For pins that are a tag alone, a tag that never moves counts as its digest.
 */
export async function findPinnedBefore(
  effects: Pick<Effects, 'store' | 'now'>,
  { repository, head, environments }: PinnedFiles,
  environment: Environment,
  candidates: readonly Candidate[],
): Promise<ReadonlySet<Digest>> {
  const moving = candidates.filter(({ current, digest }) => current.some(state => state.digest !== digest));
  const wanted = moving.map(({ image, digest, pins: edited }): Wanted => {
    const written = edited.filter(({ target }) => target.digest === undefined);
    return { image, digest, tags: [...new Set(written.flatMap(({ target }) => target.tag ?? []))] };
  });
  const pinnedBefore = new Set<Digest>();
  if (wanted.length === 0) return pinnedBefore;
  const pinned = pinnedIn(environments, environment);
  let versions: { readonly path: string; readonly blob: string }[] = [];
  let commits = 0;
  const look = async () => {
    const texts = await repository.read([...new Set(versions.map(({ blob }) => blob))], EVERYTHING);
    for (const { path, blob } of versions) {
      const text = texts.get(blob) ?? '';
      for (const { digest } of pinned(path, text, wanted)) pinnedBefore.add(digest);
    }
    versions = [];
  };
  const ours = (path: string) => ownsFile(environment, path);
  const below = commonDirectory(environment);
  const bounds = { oldest: () => builtFirst(effects, moving), earlierOnly: true, below };
  for await (const { changes } of repository.history(head.commit, ours, bounds)) {
    versions.push(...changes.flatMap(({ path, before: blob }) => (blob === undefined ? [] : { path, blob })));
    commits += 1;
    if (versions.length >= BATCH) await look();
    if (commits === HISTORY_LIMIT || pinnedBefore.size === wanted.length) break;
  }
  await look();
  return pinnedBefore;
}

/** Finds the wanted digests that a file pins for the environment; in a shared file at its own places. */
function pinnedIn(environments: Environments, environment: Environment) {
  const { imagePins } = pinReader(environments);
  return (path: string, text: string, wanted: readonly Wanted[]): readonly Wanted[] => {
    const byDigest = wanted.filter(({ digest }) => text.includes(hexOf(digest)));
    const byTag = wanted.filter(({ tags }) => tags.some(tag => text.includes(tag)));
    const isShared = placesIn(environment, path) !== undefined;
    if (byTag.length === 0 && (byDigest.length === 0 || !isShared)) return byDigest;
    try {
      const own = imagePins(path, text).filter(({ pin }) => isOwn(environment, pin));
      const named = isShared
        ? byDigest.filter(({ digest }) => own.some(({ pin }) => pin.digest === digest))
        : byDigest;
      return [...named, ...byTag.filter(one => own.some(known => isOf(one, known)))];
    } catch (error) {
      // A version that cannot be read may pin any of them, so all count as found.
      if (error instanceof PromoteError && (error.code === 'INVALID' || error.code === 'TOO_LARGE'))
        return [...byDigest, ...byTag];
      throw error;
    }
  };
}

/** Whether a pin without a digest has one of the tags. */
function isOf({ image, tags }: Wanted, { image: name, pin: { tag, digest } }: ImagePin): boolean {
  return name === image && digest === undefined && tag !== undefined && tags.includes(tag);
}

/**
 * The earliest build time of the images minus one day, since clocks differ: nothing is pinned before it is
 * built. `undefined` if a time is unknown or in the future.
 */
export async function builtFirst(
  { store, now }: Pick<Effects, 'store' | 'now'>,
  candidates: readonly Candidate[],
): Promise<Date | undefined> {
  const read = candidates.map(({ source, digest }) => readBuildTime(store(source.repository), digest));
  const times = (await Promise.all(read)).map(time => (time === undefined ? Number.NaN : Date.parse(time)));
  const isKnown = times.every(time => time <= now().getTime());
  return isKnown ? new Date(Math.min(...times) - DAY) : undefined;
}
