import type { Http } from '../http/http.ts';
import type { Identity } from './author.ts';
import type { Credentials } from './remote-url.ts';

/**
 * Which branch of a checkout's remote counts where none is named: `upstream`, the default, that of the checked-out
 * one if it has any. `remote`: the remote's own default branch, whatever is checked out.
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
  /** The path of `git`; `undefined`: none is here, so remotes are reached by HTTP alone. */
  readonly executable: string | undefined;
  /** The environment that `git` runs in: its PATH, HOME, proxies, ssh agent. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Keeps a remote's objects between runs; default: a temporary directory that `close` removes. */
  readonly cacheDirectory?: string | undefined;
  readonly credentials?: Credentials | undefined;
  /** The way out where there is no `git`; default: one of its own, without proxies. */
  readonly http?: Http | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For one run of `git` or one request, in milliseconds; default: five minutes. */
  readonly timeout?: number | undefined;
  /** Told of what `git` does over the network. */
  readonly onTransport?: ((transport: Transport) => void) | undefined;
}

/** What `git` does over the network: still running after a while, with the seconds after which it is stopped, or ended. */
export type Transport = { readonly command: string; readonly url: string } & (
  | { readonly kind: 'slow'; readonly seconds: number }
  | { readonly kind: 'ended'; readonly code: number }
);

/** The time-out where the options name none, in milliseconds. */
export const DEFAULT_TIMEOUT = 5 * 60_000;
