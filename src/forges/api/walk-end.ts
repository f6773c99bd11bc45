/** Commits that are walked before anybody is asked how far back it goes. */
const FREE = 20;
/** Clocks differ between committers, so as many in a row must be older. */
const OLDER_IN_A_ROW = 5;

/**
 * Tells of each commit on the way back whether the walk may end there. It may where it has become long, and what is
 * sought cannot be older than `oldest` answers.
 */
export function createWalkEnd(
  oldest: (() => Promise<Date | undefined>) | undefined,
): (date: Date) => Promise<boolean> {
  let bound: Promise<Date | undefined> | undefined;
  let [walked, older] = [0, 0];
  return async date => {
    walked += 1;
    if (oldest === undefined || walked <= FREE) return false;
    bound ??= oldest();
    const since = await bound;
    older = since !== undefined && date < since ? older + 1 : 0;
    return older >= OLDER_IN_A_ROW;
  };
}
