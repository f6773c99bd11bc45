import type { TokenKind } from './options.ts';

/** The rights that a request needs of its token. */
export interface Need {
  readonly scopes: string;
  readonly role: string;
}

/** Reading. */
export const READ: Need = { scopes: 'read:repository', role: 'may read the repository' };
/** Writing pull requests, labels, comments and statuses. */
export const WRITE: Need = {
  scopes: 'write:repository and write:issue',
  role: 'may write to the repository',
};
/** Merging. */
export const MERGE: Need = { scopes: 'write:repository', role: 'may merge into the branch' };
/** Reading what only the repository's administrators may see. */
export const ADMINISTER: Need = { scopes: 'read:repository', role: 'administers the repository' };

/** The hint for a refused token: `it needs the scope read:repository, of an account that may read`. */
export function tokenHint(kind: TokenKind, need: Need): string {
  const enough = `the scope ${need.scopes}, of an account that ${need.role}`;
  if (kind === 'token') return `the token needs ${enough}`;
  return `the token of a job reaches its own repository alone, and only reads where a fork's pull request started it. Set PROMOTE_FORGEJO_TOKEN to an access token with ${enough}`;
}
