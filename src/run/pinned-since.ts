import type { Environment, Environments } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import type { Head, HistoryBounds, HistoryEntry, Repository } from '../git/repository.ts';
import { EVERYTHING } from '../git/text.ts';
import type { Digest } from '../oci/digest.ts';
import { isOwn, pinReader } from '../plan/image-pins.ts';
import { decidingPins } from '../plan/pin-target.ts';
import type { ImagePin } from '../plan/snapshot.ts';
import { HISTORY_LIMIT } from './read-pins.ts';

/** A digest of an image, and the pins that hold it now. */
export interface PinnedDigest {
  readonly image: string;
  readonly digest: Digest;
  readonly pins: readonly ImagePin[];
}

/** The commit since which a file has pinned a digest. */
export interface PinningCommit {
  readonly path: string;
  readonly commit: string;
  readonly date: Date;
}

/** Versions read at a time: enough for few requests, and few enough to stop early. */
const BATCH = 100;

/**
 * For each image, the commits since which its files have pinned the digest, along first parents. A rollback
 * or a renamed file starts anew. `undefined` if the history ends before, or is longer than the search. One
 * walk finds all images.
 */
export async function findPinnedSince(
  { repository, head, environments }: Place,
  environment: Environment,
  wanted: readonly PinnedDigest[],
  bounds: HistoryBounds = {},
): Promise<ReadonlyMap<string, readonly PinningCommit[] | undefined>> {
  const pinsFor = pinsOf(environments, environment);
  const tracked = wanted.flatMap(one => {
    const files = new Set(one.pins.map(({ pin }) => pin.file));
    return [...files].map((path): Tracked => ({ ...one, path, tags: tagsIn(one.pins, path) }));
  });
  const byPath = Map.groupBy(tracked, ({ path }) => path);
  const since = new Map<Tracked, PinningCommit>();
  const searched = (path: string) => (byPath.get(path) ?? []).filter(one => !since.has(one));
  const look = async (entries: readonly HistoryEntry[]) => {
    const earlier = entries.flatMap(({ changes }) => changes.filter(({ path }) => searched(path).length > 0));
    const texts = await repository.read(
      [...new Set(earlier.flatMap(({ before }) => before ?? []))],
      EVERYTHING,
    );
    for (const { commit, date, changes } of entries) {
      for (const { path, before = '' } of changes) {
        const left = searched(path);
        const pins = left.length === 0 ? [] : pinsFor(path, texts.get(before) ?? '');
        for (const one of left.filter(known => !pinsAll(known, pins))) since.set(one, { path, commit, date });
      }
    }
  };
  let entries: HistoryEntry[] = [];
  let commits = 0;
  for await (const entry of repository.history(head.commit, path => byPath.has(path), bounds)) {
    entries.push(entry);
    commits += 1;
    if (commits <= FIRST || entries.length >= BATCH) {
      await look(entries);
      entries = [];
    }
    if (commits === HISTORY_LIMIT || since.size === tracked.length) break;
  }
  await look(entries);
  return new Map(
    wanted.map(({ image }) => {
      const found = tracked.filter(one => one.image === image).map(one => since.get(one));
      const known = found.filter(one => one !== undefined);
      return [image, known.length === found.length ? known : undefined];
    }),
  );
}

/** Where a history is read from. */
interface Place {
  readonly repository: Repository;
  readonly head: Head;
  readonly environments: Environments;
}

/** Commits that are first read one by one: digests that soak were mostly pinned a few commits ago. */
const FIRST = 5;

interface Tracked extends PinnedDigest {
  readonly path: string;
  /** The tags of its pins that are written without a digest. */
  readonly tags: ReadonlySet<string>;
}

function tagsIn(pins: readonly ImagePin[], path: string): ReadonlySet<string> {
  const own = pins.filter(({ pin }) => pin.file === path && pin.digest === undefined);
  return new Set(own.flatMap(({ pin }) => pin.tag ?? []));
}

/** Whether a version of the file pins the image, and only at this digest. A kept tag counts as the digest. */
function pinsAll({ image, digest, tags }: Tracked, pins: readonly ImagePin[]): boolean {
  const own = decidingPins(pins, image);
  return (
    own.length > 0 &&
    own.every(({ pin }) =>
      pin.digest === undefined ? pin.tag !== undefined && tags.has(pin.tag) : pin.digest === digest,
    )
  );
}

/** The environment's pins in a version of a file; none if it cannot be read, so the pin starts anew. */
function pinsOf(environments: Environments, environment: Environment) {
  const { imagePins } = pinReader(environments);
  return (path: string, text: string): readonly ImagePin[] => {
    try {
      return imagePins(path, text).filter(({ pin }) => isOwn(environment, pin));
    } catch (error) {
      if (error instanceof PromoteError && (error.code === 'INVALID' || error.code === 'TOO_LARGE'))
        return [];
      throw error;
    }
  };
}
