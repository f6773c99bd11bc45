import { PromoteError } from '../../errors.ts';
import { type CommitIdentity, identityOf } from '../../git/author.ts';
import { type GitRepository, openGitRepository } from '../../git/open.ts';
import { isPushRuleHint } from '../../git/push-rules.ts';
import type { CommitOutcome, CommitRequest } from '../../git/repository.ts';
import { type GitLabOptions, locateProject } from './options.ts';

/** The project over Git, opened at the first need. */
export interface GitTransport {
  repository(): Promise<GitRepository>;
  /** One commit on the observed one, or none: a push compares the branch with what it was, which the API does not. */
  commit(request: CommitRequest): Promise<CommitOutcome>;
  /** Throws `CONFIGURATION` where it can make no commits so. */
  assertIdentity(as: CommitIdentity): void;
  close(): Promise<void>;
}

/** Git over HTTPS with the token that the API is asked with. */
export function createGitTransport(options: GitLabOptions): GitTransport {
  const { git, http, token, tokenKind, signal } = options;
  const assertIdentity = (as: CommitIdentity) => {
    identityOf(git, as);
  };
  assertIdentity({});
  const url = `${locateProject(options).web}.git`;
  const login = { username: tokenKind === 'job' ? 'gitlab-ci-token' : 'oauth2', password: token };
  let opened: Promise<GitRepository> | undefined;

  async function repository(): Promise<GitRepository> {
    opened ??= openGitRepository({
      ...git,
      http,
      location: { kind: 'remote', url },
      credentials: async () => login,
      signal,
    });
    return await opened;
  }

  return {
    repository,
    assertIdentity,
    async commit(request) {
      try {
        return await (await repository()).commit(request);
      } catch (error) {
        throw explained(error, tokenKind);
      }
    },
    // A repository that could not be opened was reported to whoever asked, and has nothing to close.
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

/** A refusal with what helps for that kind of token; anything else as it is. */
export function explained(error: unknown, tokenKind: GitLabOptions['tokenKind']): unknown {
  if (!(error instanceof PromoteError) || !['UNAUTHORIZED', 'FORBIDDEN'].includes(error.code)) return error;
  // A rule for commits is no matter of the token.
  if (isPushRuleHint(error.hint)) return error;
  const hint =
    tokenKind === 'job'
      ? 'CI_JOB_TOKEN pushes to its own project where its CI/CD settings allow Git push requests, and to others by their allowlist; such a push starts no pipeline. Else give a project access token with scope api and role Developer'
      : `${error.hint ?? 'let the token push'}; it needs a token with scope api or write_repository and role Developer, or Maintainer where the branch is protected`;
  return new PromoteError(error.code, error.message, { hint, cause: error.cause });
}
