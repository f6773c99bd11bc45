import { refreshGroup } from '../../environments/refresh.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Reference } from '../../oci/reference.ts';
import { agingMessage, type FirstSeen, readFirstSeen } from '../../plan/refresh/commit-message.ts';
import { imageMark, type RefreshGroup } from '../../plan/refresh/refresh-plan.ts';
import { contain } from '../../run/contain.ts';
import { isNamedIn } from './content.ts';
import { isOurs } from './proposal-state.ts';
import type { RefreshPlace } from './read-places.ts';
import type { RefreshRun } from './refresh-run.ts';

/**
 * Finds the young image of a tag that a reference waits for, and when it was first seen. It may differ from
 * the tag's present image, unless somebody closed its pull request. An image that the tag named before the
 * reference changed does not count: it may be older.
 */
export type FindFirstSeen = (
  reference: Reference,
  named: { readonly tag: string; readonly digest: Digest },
) => Promise<FirstSeen | undefined>;

/** Finds young images in the newest commit of a branch, so that Git is the only memory. */
export function createFirstSeen({
  refresh,
  place,
  forge,
}: Pick<RefreshRun, 'refresh' | 'place' | 'forge'>): FindFirstSeen {
  let known: Promise<readonly FirstSeen[]> | undefined;
  return async ({ repository, tag: own = 'latest', digest: current }, { tag, digest }) => {
    known ??= readAging(place);
    const found = (await known).find(
      seen => seen.repository === repository && seen.tag === tag && (tag !== own || seen.from === current),
    );
    if (found === undefined || found.digest === digest) return found;
    const branch = `${place.prefix}${refreshGroup(refresh, repository)}`;
    const pullRequest = await forge?.pullRequests.find(branch, place.head.branch);
    const isDeclined =
      pullRequest?.state === 'closed' && isNamedIn(pullRequest.body, { images: [imageMark(found)] });
    return isDeclined ? undefined : found;
  };
}

/** The branch whose newest commit records young images; it is never proposed. */
function agingBranch({ prefix }: RefreshPlace): string {
  // No branch of a proposal can have this name.
  return prefix.endsWith('/') ? `${prefix.slice(0, -1)}-young` : `${prefix.slice(0, -1)}@young`;
}

/** The young images of one repository. */
async function readAging(place: RefreshPlace): Promise<readonly FirstSeen[]> {
  const tip = await place.repository.head(agingBranch(place));
  if (tip === undefined) return [];
  for await (const { message } of place.repository.history(tip.commit, () => true)) {
    return readFirstSeen(message);
  }
  return [];
}

/** The most images outside of this run that are kept. */
const MOST_OTHERS = 200;

/** The one file in these commits. It names no image, so that no CI runs young ones. */
const NOTE = new Map([
  [
    'promote-refresh-young.txt',
    'The message of the newest commit here says which images wait to be old enough, and since when.\n' +
      'promote refresh reads and replaces it. This branch is never to be merged.\n',
  ],
]);

/**
 * Commits the young images to a branch of their own, for later runs. A run for some files, or without answers
 * on some images, keeps the others. A failure is only logged: the images keep waiting.
 */
export async function rememberYoung(
  run: RefreshRun,
  aging: RefreshGroup | undefined,
  isWhole: boolean,
): Promise<void> {
  if (aging === undefined || aging.members.every(({ update }) => update.seen?.isKept)) return;
  const { effects, place } = run;
  const branch = agingBranch(place);
  const done = await contain(async () => {
    const commit = (await place.repository.head(branch))?.commit;
    if (commit !== undefined && !(await isOurs(run, commit))) {
      return 'somebody has committed to it (delete it, and their age counts from the next run)';
    }
    const others = isWhole ? [] : otherImages(await readAging(place), aging);
    const made = await place.repository.commit({
      branch,
      parent: place.head.commit,
      expected: commit,
      message: agingMessage(run.refresh.commits, aging, others),
      files: NOTE,
      date: effects.now(),
    });
    return made.kind === 'moved' ? 'it has moved' : undefined;
  });
  const problem = done.kind === 'done' ? done.value : done.error.message;
  if (problem !== undefined) effects.log(`${branch} does not remember the age of images: ${problem}`);
}

/** Other young images; only the newest, since some may no longer be referenced. */
function otherImages(kept: readonly FirstSeen[], { members }: RefreshGroup): readonly FirstSeen[] {
  const others = kept.filter(({ repository, tag, from }) =>
    members.every(
      ({ update }) => update.repository !== repository || update.tag !== tag || update.from.digest !== from,
    ),
  );
  return others.toSorted((a, b) => Date.parse(b.since) - Date.parse(a.since)).slice(0, MOST_OTHERS);
}
