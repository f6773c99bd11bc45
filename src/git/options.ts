import type { Http } from '../http/http.ts';
import type { Identity } from './author.ts';
import type { Credentials } from './remote-url.ts';

/**
 * The branch of a checkout's remote to use where none is named. `upstream` (default): the upstream of the
 * checked-out branch, if it has one. `remote`: the remote's default branch, whatever is checked out.
 */
export type Follows = 'upstream' | 'remote' | undefined;

/** Where a repository is: a checkout, which may have a remote, or a remote alone. */
type GitLocation =
  | {
      readonly kind: 'checkout';
      readonly directory: string;
      readonly follows?: Follows;
    }
  | { readonly kind: 'remote'; readonly url: string };

/** How to open a repository. */
export interface GitOptions extends Identity {
  readonly location: GitLocation;
  /** The path of `git`; `undefined`: there is none, so remotes are reached over HTTP only. */
  readonly executable: string | undefined;
  /** The environment that `git` runs in: its PATH, HOME, proxies, ssh agent. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Keeps a remote's objects between runs; default: a temporary directory that `close` removes. */
  readonly cacheDirectory?: string | undefined;
  readonly credentials?: Credentials | undefined;
  /** The HTTP client where there is no `git`; default: a client without proxies. */
  readonly http?: Http | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The time-out of one run of `git` or one request, in milliseconds; default: five minutes. */
  readonly timeout?: number | undefined;
  /** Receives what `git` does over the network. */
  readonly onTransport?: ((transport: Transport) => void) | undefined;
}

/** A network operation of `git`: it is slow, with its time-out in seconds, or it has ended. */
export type Transport = { readonly command: string; readonly url: string } & (
  | { readonly kind: 'slow'; readonly seconds: number }
  | { readonly kind: 'ended'; readonly code: number }
);

/** The time-out where the options name none, in milliseconds. */
export const DEFAULT_TIMEOUT = 5 * 60_000;
