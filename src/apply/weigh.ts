import pLimit from 'p-limit';
import type { Descriptor } from '../oci/descriptor.ts';
import { parseManifest } from '../oci/manifest.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Closure } from '../registry/closure.ts';
import type { Store } from '../registry/store.ts';
import { contain } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';

/** Reads an image's manifests once in a run. */
export type ReadClosure = (store: Store, digest: Candidate['digest']) => Promise<Closure>;

/** Blobs below this many bytes are counted without asking whether the target has them. */
const SMALL = 1_000_000;
const PARALLEL_IMAGES = 8;

/**
 * The bytes that each candidate still has to copy to its targets. A blob of several candidates counts for the
 * first one only. A candidate that cannot be read has no weight: weights are hints, and decide nothing.
 */
export async function weigh(
  { store }: Pick<Effects, 'store'>,
  candidates: readonly Candidate[],
  readClosure: ReadClosure,
): Promise<ReadonlyMap<Candidate, number>> {
  const limit = pLimit(PARALLEL_IMAGES);
  const counted = new Set<string>();
  const weighed = candidates.map(candidate =>
    limit(async () => {
      const outcome = await contain(() => weighOne(store, candidate, readClosure, counted));
      return outcome.kind === 'done' ? ([[candidate, outcome.value]] as const) : [];
    }),
  );
  return new Map((await Promise.all(weighed)).flat());
}

async function weighOne(
  store: Effects['store'],
  { digest, source, targets }: Candidate,
  readClosure: ReadClosure,
  counted: Set<string>,
): Promise<number> {
  let weight = 0;
  for (const { repository } of targets) {
    const target = store(repository);
    if (repository === source.repository || (await target.head(digest)) !== undefined) continue;
    const { manifests } = await readClosure(store(source.repository), digest);
    const blobs = manifests.map(parseManifest).flatMap(manifest => {
      return manifest.kind === 'image' ? [manifest.config, ...manifest.layers] : [];
    });
    const absent = await Promise.all(blobs.map(blob => absentBytes(target, blob, counted)));
    weight += absent.reduce((sum, bytes) => sum + bytes, 0);
  }
  return weight;
}

async function absentBytes(target: Store, blob: Descriptor, counted: Set<string>): Promise<number> {
  const key = `${target.name}@${blob.digest}`;
  if (counted.has(key)) return 0;
  counted.add(key);
  return blob.size < SMALL || !(await target.hasBlob(blob)) ? blob.size : 0;
}
