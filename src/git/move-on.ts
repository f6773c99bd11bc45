import { PromoteError, rethrowDefect } from '../errors.ts';
import type { CommitOutcome, CommitRequest } from './repository.ts';

/**
 * Moves a branch to a commit on another parent than its head. Where the server refuses that, it moves to a commit of
 * the same files that has both as parents. So nothing is forced. `attempt` is given the second parent.
 */
export async function moveOrGoOn(
  { expected, parent }: Pick<CommitRequest, 'expected' | 'parent'>,
  attempt: (second: string | undefined) => Promise<CommitOutcome>,
): Promise<CommitOutcome> {
  if (expected === undefined || expected === parent) return await attempt(undefined);
  try {
    return await attempt(undefined);
  } catch (error) {
    if (!(error instanceof PromoteError) || !REFUSALS.includes(error.code)) throw error;
    try {
      return await attempt(expected);
    } catch (another) {
      rethrowDefect(another);
      // This push forces nothing. Where it is refused too, people can cure the reason.
      throw FORCED.test(error.message) ? another : error;
    }
  }
}

/**
 * The words of GitLab, GitHub, Forgejo, Azure DevOps (TF401027) and Git (`receive.denyNonFastForwards`) for what moves a
 * branch back.
 */
const FORCED = /force[ -]?push|non-fast-forward/i;

/** What comes of an answer to the push itself. */
const REFUSALS: readonly string[] = ['FORBIDDEN', 'INVALID'];
