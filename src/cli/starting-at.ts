import type { Head, Repository } from '../git/repository.ts';

/** The repository and the commit that the environments file was read from. */
export interface ReadFrom {
  readonly repository: Repository;
  readonly head: Head;
  /** Whether the branch was requested as the repository's default branch. */
  readonly isDefault: boolean;
}

/**
 * Gives the first read of that branch's head the commit that the environments file was read at. This saves a
 * request and keeps both at one commit. Later reads see the branch as it is.
 */
export function startingAt(from: ReadFrom | undefined): (repository: Repository) => Repository {
  if (from === undefined) return repository => repository;
  const { repository, head, isDefault } = from;
  let isFirst = true;
  const starting: Repository = {
    ...repository,
    head: async branch => {
      const isSame = branch === head.branch || (branch === undefined && isDefault);
      if (!isFirst || !isSame) return await repository.head(branch);
      isFirst = false;
      return head;
    },
  };
  return other => (other === repository ? starting : other);
}
