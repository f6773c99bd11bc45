/** Which closed gates fail a run. A hotfix closes the gate `backward` until its source is up to date. */
export const FAIL_ON_CLOSED = ['true', 'false', 'except-backward'] as const;
export type FailOnClosed = (typeof FAIL_ON_CLOSED)[number];
