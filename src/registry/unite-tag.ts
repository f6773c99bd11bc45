import { PromoteError } from '../errors.ts';

const MOST_ROUNDS = 5;

/** What is to be in a tag that others write as well. */
export interface SharedTag {
  /** What it is done for, for messages. */
  readonly operation: string;
  readonly tag: string;
  /** Reads the tag, and gives the write that adds what it lacks; `undefined` where it lacks nothing. */
  readonly missing: () => Promise<(() => Promise<unknown>) | undefined>;
  /** Gives a writer that had read the tag before our write the time to write theirs. */
  readonly settle?: () => Promise<unknown>;
}

/**
 * Adds to what a tag names until all is there, and answers whether anything was written. Another writer may replace the
 * tag between our reading and writing, so it is read back; throws `EVIDENCE` where ours does not stay.
 */
export async function uniteTag({ operation, tag, missing, settle }: SharedTag): Promise<boolean> {
  for (let round = 0; round <= MOST_ROUNDS; round += 1) {
    const write = await missing();
    if (write === undefined) return round > 0;
    if (round === MOST_ROUNDS) break;
    await write();
    await settle?.();
  }
  const message = `${operation}: not whole after ${MOST_ROUNDS} writes of the tag ${tag}`;
  throw new PromoteError('EVIDENCE', message, {
    hint: 'others write it at the same time: run again when they are done',
  });
}
