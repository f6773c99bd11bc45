import type { Environment } from '../../environments/environments.ts';
import { ownsFile } from '../../environments/locate.ts';
import { readBuildTime } from '../../images/facts.ts';
import { type Digest, hexOf } from '../../oci/digest.ts';
import type { Candidate } from '../../plan/candidates.ts';
import type { PinnedFiles } from '../../proposals/run.ts';
import type { Effects } from '../effects.ts';
import { HISTORY_LIMIT } from '../read-pins.ts';

/** Blobs read at a time: many enough to ask rarely, few enough to stop early. */
const BATCH = 100;

const DAY = 24 * 60 * 60 * 1000;

/** The candidates' digests that the environment's files pinned at an earlier commit, and do not everywhere now. */
export async function livedBefore(
  effects: Pick<Effects, 'store' | 'now'>,
  { repository, head }: PinnedFiles,
  environment: Environment,
  candidates: readonly Candidate[],
): Promise<ReadonlySet<Digest>> {
  const moving = candidates.filter(({ current, digest }) => current.some(state => state.digest !== digest));
  const wanted = moving.map(({ digest }) => digest);
  const lived = new Set<Digest>();
  if (wanted.length === 0) return lived;
  let blobs: string[] = [];
  let commits = 0;
  const look = async () => {
    const texts = await repository.read([...new Set(blobs)]);
    blobs = [];
    for (const text of texts.values()) {
      for (const digest of wanted) if (text.includes(hexOf(digest))) lived.add(digest);
    }
  };
  const ours = (path: string) => ownsFile(environment, path);
  for await (const { changes } of repository.history(head.commit, ours, () => builtFirst(effects, moving))) {
    blobs.push(...changes.flatMap(({ before }) => before ?? []));
    commits += 1;
    if (blobs.length >= BATCH) await look();
    if (commits === HISTORY_LIMIT || lived.size === wanted.length) break;
  }
  await look();
  return lived;
}

/**
 * The earliest time that any of them was built, as nothing is pinned before; a day less, as clocks differ. `undefined`
 * where one does not say, or names a time to come.
 */
async function builtFirst(
  { store, now }: Pick<Effects, 'store' | 'now'>,
  candidates: readonly Candidate[],
): Promise<Date | undefined> {
  const read = candidates.map(({ source, digest }) => readBuildTime(store(source.repository), digest));
  const times = (await Promise.all(read)).map(time => (time === undefined ? Number.NaN : Date.parse(time)));
  const isKnown = times.every(time => time <= now().getTime());
  return isKnown ? new Date(Math.min(...times) - DAY) : undefined;
}
