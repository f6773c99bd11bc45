import type { Environment } from '../environments/environments.ts';
import { ownsFile } from '../environments/locate.ts';
import { type Digest, hexOf } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import { HISTORY_LIMIT, type PinnedFiles } from './read-pins.ts';

/** Blobs read at a time: many enough to ask rarely, few enough to stop early. */
const BATCH = 100;

/** The candidates' digests that the environment's files pinned at an earlier commit, and do not everywhere now. */
export async function livedBefore(
  { repository, head }: PinnedFiles,
  environment: Environment,
  candidates: readonly Candidate[],
): Promise<ReadonlySet<Digest>> {
  const wanted = candidates
    .filter(({ current, digest }) => current.some(state => state.digest !== digest))
    .map(({ digest }) => digest);
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
  for await (const { changes } of repository.history(head.commit, path => ownsFile(environment, path))) {
    blobs.push(...changes.flatMap(({ before }) => before ?? []));
    commits += 1;
    if (blobs.length >= BATCH) await look();
    if (commits === HISTORY_LIMIT || lived.size === wanted.length) break;
  }
  await look();
  return lived;
}
