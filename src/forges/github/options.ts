import type { CommitIdentity } from '../../git/author.ts';
import type { LocalBlob } from '../../git/executable/checkout-blobs.ts';
import type { Http } from '../../http/http.ts';

/**
 * The login: a token (GITHUB_TOKEN, fine-grained or classic) or an App, whose installation is looked up where
 * none is named.
 */
export type GitHubAuth =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'app';
      readonly id: string;
      /** The App's private key as PEM. */
      readonly key: string;
      readonly installation?: number | undefined;
    };

/** How to open a repository on GitHub or a GitHub Enterprise Server. */
export interface GitHubOptions {
  readonly owner: string;
  readonly repo: string;
  /** Default: `https://api.github.com`; an Enterprise Server's ends in `/api/v3`. */
  readonly apiUrl?: string | undefined;
  readonly auth: GitHubAuth;
  /** The default branch where it is known, which saves asking for it. */
  readonly defaultBranch?: string | undefined;
  /** Default: the token's owner or App. GitHub signs a bot's commits only without an identity. */
  readonly identity?: CommitIdentity | undefined;
  readonly localBlob?: LocalBlob | undefined;
  readonly http: Http;
  /** `none`: for an Enterprise Server without rate limits; writes are not spaced, and nothing waits. */
  readonly rateLimits?: 'github' | 'none' | undefined;
  /** Receives each notice once: what people should know and does no harm, such as a refused reviewer. */
  readonly notice?: ((text: string) => void) | undefined;
  /** Receives a text for each wait for a rate limit. */
  readonly log?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The API of github.com. */
export const GITHUB_API = 'https://api.github.com';

/** What helps where something else answers in place of GitHub's API. */
export const ELSEWHERE =
  "check that GITHUB_API_URL, or the repository's address, is that of GitHub, and that no proxy answers in its place";
