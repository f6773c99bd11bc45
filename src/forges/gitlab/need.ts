import type { TokenKind } from './options.ts';

/** The rights that a request needs of its token. */
export interface Need {
  readonly scope: 'read_api' | 'api';
  readonly role: string;
}

/** Reading. */
export const READ: Need = { scope: 'read_api', role: 'Reporter' };
/** Writing merge requests, statuses and notes. */
export const WRITE: Need = { scope: 'api', role: 'Developer' };
/** Merging. */
export const MERGE: Need = { scope: 'api', role: 'Maintainer, or another that may merge into the branch' };

/** The hint for a refused token: `it needs a token with scope api and role Developer`. */
export function tokenHint(kind: TokenKind, need: Need): string {
  if (kind !== 'job') return `it needs a token ${enough(need)}`;
  // https://docs.gitlab.com/ci/jobs/ci_job_token/
  return `CI_JOB_TOKEN reads commits and merge requests, but opens, updates, approves and merges none. It sets no status and lists no members: set PROMOTE_GITLAB_TOKEN to a project access token ${enough(need === READ ? WRITE : need)}`;
}

function enough(need: Need): string {
  const { scope, role } = need;
  const more = need === READ ? `, or ${enough(WRITE)} to change anything` : '';
  return `with scope ${scope} and role ${role}${more}`;
}
