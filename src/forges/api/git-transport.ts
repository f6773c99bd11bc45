import { PromoteError } from '../../errors.ts';
import { type CommitIdentity, identityOf } from '../../git/author.ts';
import { type GitRepository, openGitRepository } from '../../git/open.ts';
import type { GitOptions } from '../../git/options.ts';
import { isPushRuleHint } from '../../git/push-rules.ts';
import type { CommitOutcome, CommitRequest } from '../../git/repository.ts';
import type { Http } from '../../http/http.ts';

/** A forge's repository over Git, opened when it is first needed. */
export interface GitTransport {
  repository(): Promise<GitRepository>;
  /** Makes one commit on the observed one, or none: the push compares the branch with the observed commit. */
  commit(request: CommitRequest): Promise<CommitOutcome>;
  /** Throws `CONFIGURATION` if commits cannot be made with this identity. */
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
  /** The hint for a refused token; `hint` is the suggestion from Git's own words. */
  readonly hintOf: (hint: string | undefined) => string;
}

/** Git over HTTP, with the same token as the forge's API. */
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
    // A repository that could not be opened has nothing to close, and its error was reported.
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

/** Adds the hint for this token to a refusal; any other error is returned unchanged. */
export function explained(error: unknown, hintOf: GitTransportOptions['hintOf']): unknown {
  if (!(error instanceof PromoteError) || !['UNAUTHORIZED', 'FORBIDDEN'].includes(error.code)) return error;
  // Another token does not help against a rule for commits.
  if (isPushRuleHint(error.hint)) return error;
  return new PromoteError(error.code, error.message, { hint: hintOf(error.hint), cause: error.cause });
}
