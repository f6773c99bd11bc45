import { PromoteError } from '../../errors.ts';
import { type CommitIdentity, identityOf } from '../../git/author.ts';
import { type GitRepository, openGitRepository } from '../../git/open.ts';
import type { GitOptions } from '../../git/options.ts';
import { isPushRuleHint } from '../../git/push-rules.ts';
import type { CommitOutcome, CommitRequest } from '../../git/repository.ts';
import type { Http } from '../../http/http.ts';

/** A forge's repository over Git, opened at the first need. */
export interface GitTransport {
  repository(): Promise<GitRepository>;
  /** One commit on the observed one, or none: a push compares the branch with what it was. */
  commit(request: CommitRequest): Promise<CommitOutcome>;
  /** Throws `CONFIGURATION` where it can make no commits so. */
  assertIdentity(as: CommitIdentity): void;
  close(): Promise<void>;
}

/** How a forge is reached over Git. */
export interface GitTransportOptions {
  readonly url: string;
  readonly login: { readonly username: string; readonly password: string };
  readonly git: Omit<GitOptions, 'location' | 'http' | 'credentials' | 'signal'>;
  readonly http: Http;
  readonly signal?: AbortSignal | undefined;
  /** What helps where the token was refused; `hint` is what Git's own words suggest. */
  readonly hintOf: (hint: string | undefined) => string;
}

/** Git over HTTP with the token that the forge's API is asked with. */
export function createGitTransport(options: GitTransportOptions): GitTransport {
  const { url, login, git, http, signal, hintOf } = options;
  const assertIdentity = (as: CommitIdentity) => {
    identityOf(git, as);
  };
  assertIdentity({});
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
        throw explained(error, hintOf);
      }
    },
    // A repository that could not be opened was reported to whoever asked, and has nothing to close.
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

/** A refusal with what helps for that token; anything else as it is. */
export function explained(error: unknown, hintOf: GitTransportOptions['hintOf']): unknown {
  if (!(error instanceof PromoteError) || !['UNAUTHORIZED', 'FORBIDDEN'].includes(error.code)) return error;
  // A rule for commits is no matter of the token.
  if (isPushRuleHint(error.hint)) return error;
  return new PromoteError(error.code, error.message, { hint: hintOf(error.hint), cause: error.cause });
}
