import type { Head, Repository } from '../git/repository.ts';

/** Where the branch stood that the environments file was read from. */
export interface ReadFrom {
  readonly repository: Repository;
  readonly head: Head;
  /** Whether it was asked for as the repository's default branch. */
  readonly isDefault: boolean;
}

/**
 * Has the first look at that branch see what the environments file was read at: one request less, and one commit for
 * both. Later looks see the branch as it is.
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
