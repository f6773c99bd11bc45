import { PromoteError } from '../errors.ts';

/** What to throw where no branch is named and none is checked out. */
export function detachedHead(directory: string): PromoteError {
  return new PromoteError('AMBIGUOUS', `${directory}: HEAD is detached, so there is no current branch`, {
    hint: 'name the branch in the environments file (`deployments.branch`), or check it out',
  });
}
