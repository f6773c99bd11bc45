import type { CommitRules } from '../environments/environments.ts';
import type { Repository } from '../git/repository.ts';

/** The repository with an environment's rules for whom its commits name. */
export function withCommitRules(repository: Repository, rules: CommitRules | undefined): Repository {
  if (rules === undefined) return repository;
  const { author, committer, signOff } = rules;
  const as = { author, committer, signOff };
  return { ...repository, commit: request => repository.commit({ ...request, as }) };
}
