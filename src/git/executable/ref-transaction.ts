import { createInterface } from 'node:readline';
import { gitFailure } from '../failure.ts';
import { type GitContext, startGit } from './run.ts';

/** A ref to move if it is still at `from`; `undefined`: only if the ref does not exist. */
export interface RefUpdate {
  readonly ref: string;
  readonly from: string | undefined;
  readonly to: string;
}

/**
 * Runs `action` while Git holds the ref's lock at the expected value, then moves the ref. Git drops the lock
 * if this process dies. Throws Git's error where the lock cannot be taken; `action` has not run then.
 */
export async function withRefLocked(
  context: GitContext,
  { ref, from, to }: RefUpdate,
  action: () => Promise<void>,
): Promise<void> {
  const { child, ended } = startGit(context, ['update-ref', '--stdin', '-z', '-m', 'promote: commit']);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const expect = async (answer: string) => {
    const { value } = await answers.next();
    if (value !== answer)
      throw gitFailure(`update of ${ref} in ${context.directory}`, (await ended).stderr, context.secrets);
  };
  try {
    child.stdin.write(`start\0update ${ref}\0${to}\0${from ?? '0'.repeat(to.length)}\0prepare\0`);
    await expect('start: ok');
    await expect('prepare: ok');
    await action();
    child.stdin.write('commit\0');
    await expect('commit: ok');
  } finally {
    // Git drops an uncommitted transaction at the end of its input.
    child.stdin.end();
    await ended;
  }
}
