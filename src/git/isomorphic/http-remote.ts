import type { HttpClient } from 'isomorphic-git';
import { PromoteError } from '../../errors.ts';
import { createFetch } from '../../http/fetch.ts';
import { createHttp } from '../../http/http.ts';
import { DEFAULT_TIMEOUT, type GitOptions } from '../options.ts';
import { basicAuthorization, parseRemoteUrl, type RemoteUrl } from '../remote-url.ts';
import { httpClient } from './http.ts';

/** A remote that is reached by HTTP without `git`. */
export interface HttpRemote {
  readonly url: string;
  readonly pushUrl: string;
  /** What a request needs. The login is asked for each time, since tokens expire. */
  authorized(): Promise<{
    readonly http: HttpClient;
    readonly headers: Readonly<Record<string, string>>;
    readonly secrets: readonly string[];
  }>;
}

/** Describes a remote; throws `UNSUPPORTED` where only `git` itself can reach it. */
export function httpRemote(fetchUrl: string, pushUrl: string, options: GitOptions): HttpRemote {
  const from = httpUrl(fetchUrl);
  const to = httpUrl(pushUrl);
  const {
    http: door = createHttp(),
    credentials = async () => undefined,
    timeout = DEFAULT_TIMEOUT,
  } = options;
  const http = httpClient(createFetch(door, 'ask the Git server'), { timeout, signal: options.signal });
  return {
    url: from.url,
    pushUrl: to.url,
    async authorized() {
      const login = from.login ?? to.login ?? (await credentials(from.url));
      if (login === undefined) return { http, headers: {}, secrets: [] };
      const authorization = basicAuthorization(login);
      return { http, headers: { Authorization: authorization }, secrets: [login.password, authorization] };
    },
  };
}

function httpUrl(text: string): RemoteUrl {
  const parsed = parseRemoteUrl(text);
  if (parsed.transport === 'http') return { ...parsed, url: parsed.url.replace(/\/+$/, '') };
  throw new PromoteError(
    'UNSUPPORTED',
    `${parsed.url}: without git only http and https remotes can be reached`,
    {
      hint: 'install git, or use the https address of the repository',
    },
  );
}
