import type { Environment, Environments } from '../../environments/environments.ts';
import type { Head, Repository } from '../../git/repository.ts';
import { type HistoryEvent, history, type IsHeld, type PinCommit } from '../../plan/history.ts';
import { pinCommits } from './pin-commits.ts';

/** How much of a history is asked for. */
export interface HistoryRequest {
  /** Absent: any image. */
  readonly image?: string | undefined;
  /** The most events, newest first. Absent: all of them. */
  readonly limit?: number | undefined;
  /** What is held is brought in by hand alone, which is no promotion. */
  readonly isHeld?: IsHeld | undefined;
}

/** Commits read beyond the limit, to tell what went back to something older: on a forge each is a request or two. */
const LOOK_BACK = { least: 20, most: 100 };

/**
 * What the environment's images were at each commit of its files, newest first, as Git alone tells it. With a limit,
 * reading ends soon after it.
 */
export async function readHistory(
  environments: Environments,
  environment: Environment,
  place: { readonly repository: Repository; readonly head: Head },
  { image, limit = Number.POSITIVE_INFINITY, isHeld }: HistoryRequest = {},
): Promise<readonly HistoryEvent[]> {
  const commits: PinCommit[] = [];
  const concerns = (change: { readonly image: string }) => image === undefined || change.image === image;
  const lookBack = Math.min(Math.max(2 * limit, LOOK_BACK.least), LOOK_BACK.most);
  const atOnce = limit + lookBack + 1;
  let found = 0;
  let beyond = 0;
  for await (const commit of pinCommits(environments, environment, place, atOnce)) {
    commits.push(commit);
    if (commit.moves.some(concerns)) found += 1;
    if (found > limit && ++beyond >= lookBack) break;
  }
  const events = history(environment.name, oldestFirst(commits), isHeld);
  if (image === undefined) return events.slice(0, limit);
  return events
    .map(event => ({ ...event, images: event.images.filter(concerns) }))
    .filter(({ images }) => images.length > 0)
    .slice(0, limit);
}

/** Gives the commits away, so that a long history is not held twice. */
function* oldestFirst(newestFirst: PinCommit[]): Generator<PinCommit> {
  for (let commit = newestFirst.pop(); commit !== undefined; commit = newestFirst.pop()) yield commit;
}
