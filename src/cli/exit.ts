/** The exit codes of the process. */
export const EXIT = { done: 0, failed: 1, usage: 2, closed: 3, toPromote: 4, waiting: 5 } as const;

/** The meaning of each exit code, by its number. */
export const MEANINGS: Readonly<Record<number, string>> = {
  [EXIT.done]: 'done, nothing to do, or waiting',
  [EXIT.failed]: 'failed',
  [EXIT.usage]: 'the command line or the configuration is wrong',
  [EXIT.closed]: 'a gate is closed, or something is not sound',
  [EXIT.toPromote]: 'something to promote',
  [EXIT.waiting]: 'waiting',
};
