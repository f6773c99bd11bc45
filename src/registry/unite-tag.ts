import { PromoteError } from '../errors.ts';

const MOST_ROUNDS = 5;

/** The content to add to a tag that others also write. */
export interface SharedTag {
  /** The purpose, for messages. */
  readonly operation: string;
  readonly tag: string;
  /** Reads the tag, and returns the write that adds what it lacks; `undefined` where it lacks nothing. */
  readonly missing: () => Promise<(() => Promise<unknown>) | undefined>;
  /** Waits until a writer that read the tag before our write has written too. */
  readonly settle?: () => Promise<unknown>;
}

/**
 * Adds to a tag's content until it is complete, and returns whether it wrote. Another writer may replace the
 * tag between our read and write, so it is read back. Throws `EVIDENCE` if our part does not stay.
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
