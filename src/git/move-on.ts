import { PromoteError, rethrowDefect } from '../errors.ts';
import type { CommitOutcome, CommitRequest } from './repository.ts';

/**
 * Moves a branch to a commit whose parent is not its head. If the server refuses that, `attempt` receives the
 * head as second parent, and makes a commit of the same files on both. So nothing is forced.
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
      // This push forces nothing, so its refusal has a reason that people can fix.
      throw FORCED.test(error.message) ? another : error;
    }
  }
}

/**
 * The words by which GitLab, GitHub, Forgejo, Azure DevOps (TF401027) and Git (`receive.denyNonFastForwards`)
 * refuse a forced push.
 */
const FORCED = /force[ -]?push|non-fast-forward/i;

/** The codes of errors by which a server refuses the push itself. */
const REFUSALS: readonly string[] = ['FORBIDDEN', 'INVALID'];
