/**
 * The commit status that a branch requires. apply sets it on promote's own branches, `promote gate` on all others. It
 * is never the name of a job or check run, since GitHub counts a skipped one as a success.
 */
export const GATE_STATUS = 'promote/gate';

/** The status of a single group, which branches required before there was one for all. */
export function formerStatus(environment: string, group: string): string {
  return `promote/${environment}/${group}`;
}
