import { PromoteError } from '../../errors.ts';
import type { TreeEntry } from '../../git/repository.ts';

/** A run's trees by object name. Each is read once and kept; the least recently used are dropped. */
export interface KeptTrees<Entry extends TreeEntry> {
  /** Throws `INVALID` for anything but a full object name. */
  read(object: string): Promise<ReadonlyMap<string, Entry>>;
  /** A tree that was read or is being read. */
  known(object: string): Promise<ReadonlyMap<string, Entry>> | undefined;
  /** The known object whose tree has most of these blobs, if an archive of it is worth its size. */
  holding(blobs: readonly string[]): Promise<string | undefined>;
}

const MOST_KEPT = 8;
const WORTH_AN_ARCHIVE = 20;

/** Keeps the trees that `read` returns. */
export function keepTrees<Entry extends TreeEntry>(
  read: (object: string) => Promise<ReadonlyMap<string, Entry>>,
): KeptTrees<Entry> {
  const kept = new Map<string, Promise<ReadonlyMap<string, Entry>>>();
  return {
    read(object) {
      assertObjectName(object);
      const tree = kept.get(object) ?? read(object);
      kept.delete(object);
      kept.set(object, tree);
      tree.catch(() => kept.delete(object));
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return tree;
    },
    known: object => kept.get(object),
    async holding(blobs) {
      const wanted = new Set(blobs);
      const counted = await Promise.all(
        [...kept].map(async ([object, tree]) => {
          const there = new Set([...(await tree).values()].map(entry => entry.object));
          return { object, count: wanted.intersection(there).size };
        }),
      );
      return counted.filter(({ count }) => count > WORTH_AN_ARCHIVE).toSorted((a, b) => b.count - a.count)[0]
        ?.object;
    },
  };
}

/** Throws `INVALID` unless it is a full object name: a forge would take it for a branch, which moves. */
export function assertObjectName(name: string): void {
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(name)) return;
  throw new PromoteError('INVALID', `${JSON.stringify(name)} is not the full name of an object`);
}
