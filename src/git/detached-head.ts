import { PromoteError } from '../errors.ts';

/** The error for a request that names no branch while HEAD is detached. */
export function detachedHead(directory: string): PromoteError {
  return new PromoteError('AMBIGUOUS', `${directory}: HEAD is detached, so there is no current branch`, {
    hint: 'name the branch in the environments file (`deployments.branch`), or check it out',
  });
}
