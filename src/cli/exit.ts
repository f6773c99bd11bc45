/** What the process ends with. */
export const EXIT = { done: 0, failed: 1, usage: 2, closed: 3, toPromote: 4, waiting: 5 } as const;
