import { PromoteError } from '../../errors.ts';
import type { HistoryEvent } from '../../plan/history.ts';
import { type RollbackTarget, type UndoneChanges, undoneChanges } from '../../plan/rollback-target.ts';
import type { PinnedFiles } from '../../proposals/run.ts';
import { HISTORY_LIMIT } from '../read-pins.ts';

/** The events that a rollback is about, newest first, and what of them it undoes. */
export interface UndoneHistory {
  readonly events: readonly HistoryEvent[];
  readonly changes: UndoneChanges;
}

/**
 * Finds what a rollback undoes in the history of the wanted images: in its newest part, and in all of it where the
 * target is older. Throws `NOT_FOUND` where it is in neither.
 */
export async function readUndone(
  files: Pick<PinnedFiles, 'repository' | 'head'>,
  target: RollbackTarget,
  wanted: ReadonlyMap<string, unknown>,
  read: (limit: number | undefined) => Promise<readonly HistoryEvent[]>,
): Promise<UndoneHistory> {
  const newest = await read(HISTORY_LIMIT);
  try {
    return await find(newest);
  } catch (error) {
    const isAll = newest.length < HISTORY_LIMIT;
    if (isAll || !(error instanceof PromoteError) || error.code !== 'NOT_FOUND') throw error;
    return await find(await read(undefined));
  }

  async function find(all: readonly HistoryEvent[]): Promise<UndoneHistory> {
    const events = eventsOf(all, wanted);
    return { events, changes: undoneChanges(events, await atEvent(files, target, events)) };
  }
}

function eventsOf(
  events: readonly HistoryEvent[],
  wanted: ReadonlyMap<string, unknown>,
): readonly HistoryEvent[] {
  if (wanted.size === 0) return events;
  return events
    .map(event => ({ ...event, images: event.images.filter(({ image }) => wanted.has(image)) }))
    .filter(({ images }) => images.length > 0);
}

/** A target that names any commit of the branch, as the newest event that the commit already has. */
async function atEvent(
  { repository, head }: Pick<PinnedFiles, 'repository' | 'head'>,
  target: RollbackTarget,
  events: readonly HistoryEvent[],
): Promise<RollbackTarget> {
  if (target.kind !== 'to' || !/^[0-9a-f]{7,64}$/i.test(target.text)) return target;
  const text = target.text.toLowerCase();
  const commits = new Set(events.map(({ commit }) => commit));
  let isPast = false;
  for await (const { commit } of repository.history(head.commit, () => true)) {
    isPast ||= commit.startsWith(text);
    if (isPast && commits.has(commit)) return { kind: 'to', text: commit };
  }
  if (!isPast) return target;
  throw new PromoteError('NOT_FOUND', `roll back: nothing was pinned yet at ${text}`, {
    hint: 'promote history <environment> lists what there was, with commits, times and versions',
  });
}
