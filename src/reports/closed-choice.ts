/** When closed gates fail a run. A hotfix keeps the gate `backward` closed until its source has caught up. */
export const FAIL_ON_CLOSED = ['true', 'false', 'except-backward'] as const;
export type FailOnClosed = (typeof FAIL_ON_CLOSED)[number];
