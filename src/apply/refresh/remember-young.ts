import { agingMessage, type Sighting } from '../../plan/refresh/commit-message.ts';
import type { RefreshGroup } from '../../plan/refresh/refresh-plan.ts';
import { contain } from '../contain.ts';
import type { Proposing } from './proposing.ts';
import { agingBranch, readAging } from './sightings.ts';
import { isOurs } from './standing.ts';

/** How many images are remembered that the run was not asked about. */
const MOST_OTHERS = 200;

/** The one file that the commits change: a branch that named young images would have a CI run them. */
const NOTE = new Map([
  [
    'promote-refresh-young.txt',
    'The message of the newest commit here says which images wait to be old enough, and since when.\n' +
      'promote refresh reads and replaces it. This branch is never to be merged.\n',
  ],
]);

/**
 * Commits what has come to wait to be old enough to a branch of its own, for later runs to read. A run that was asked
 * about some files alone, or got no answer about some images, forgets nothing of the others. What fails is logged: the images wait on.
 */
export async function rememberYoung(
  proposing: Proposing,
  aging: RefreshGroup | undefined,
  isWhole: boolean,
): Promise<void> {
  if (aging === undefined || aging.members.every(({ update }) => update.seen?.isKept)) return;
  const { effects, place } = proposing;
  const branch = agingBranch(place);
  const done = await contain(async () => {
    const commit = (await place.repository.head(branch))?.commit;
    if (commit !== undefined && !(await isOurs(proposing, commit))) {
      return 'somebody has committed to it (delete it, and their age counts from the next run)';
    }
    const others = isWhole ? [] : otherSightings(await readAging(place), aging);
    const made = await place.repository.commit({
      branch,
      parent: place.head.commit,
      expected: commit,
      message: agingMessage(aging, others),
      files: NOTE,
      date: effects.now(),
    });
    return made.kind === 'moved' ? 'it has moved' : undefined;
  });
  const problem = done.kind === 'done' ? done.value : done.error.message;
  if (problem !== undefined) effects.log(`${branch} does not remember the age of images: ${problem}`);
}

/** What waits besides; the newest, as what nobody refers to any more may be among them. */
function otherSightings(kept: readonly Sighting[], { members }: RefreshGroup): readonly Sighting[] {
  const others = kept.filter(({ repository, tag, from }) =>
    members.every(
      ({ update }) => update.repository !== repository || update.tag !== tag || update.from.digest !== from,
    ),
  );
  return others.toSorted((a, b) => Date.parse(b.since) - Date.parse(a.since)).slice(0, MOST_OTHERS);
}
