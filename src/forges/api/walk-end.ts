/** Commits that are walked before `oldest` is asked where the walk ends. */
const FREE = 20;
/** Committers' clocks differ, so this many commits in a row must be older. */
const OLDER_IN_A_ROW = 5;

/**
 * Decides for each commit of a walk whether the walk may end there. It may once it is long, and the last
 * commits are older than the time from `oldest`.
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
