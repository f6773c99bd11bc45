/**
 * The commit status that a branch requires. apply sets it on promote's own branches, `promote gate` on all others. It
 * is never the name of a job or check run, since GitHub counts a skipped one as a success.
 */
export const GATE_STATUS = 'promote/gate';
