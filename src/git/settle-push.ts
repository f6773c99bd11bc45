import { PromoteError } from '../errors.ts';
import type { BranchMove } from './branches.ts';
import type { CommitOutcome } from './repository.ts';

/**
 * Pushes. If that fails, the remote's branch shows the outcome. An answer may be lost after the push, and
 * remotes word "the branch moved" in many ways.
 */
export async function settlePush(
  move: BranchMove,
  push: () => Promise<void>,
  look: () => Promise<string | undefined>,
): Promise<CommitOutcome> {
  try {
    await push();
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'CANCELLED') throw error;
    const actual = await look().catch(() => {
      throw error;
    });
    if (actual === move.commit) return { kind: 'committed', commit: move.commit };
    if (actual === move.expected) throw error;
    return { kind: 'moved', actual };
  }
  return { kind: 'committed', commit: move.commit };
}
