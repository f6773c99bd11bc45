/** The account that a job's own token acts as. */
export const JOB = 'github-actions[bot]';

/** A job's own token, which inputs of actions fall back to; it may write, and reads no team. */
export const JOB_TOKEN = 'ghs_0000000000000000job0token';
