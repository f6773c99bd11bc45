import { basicAuthorization, type Credentials, parseRemoteUrl } from '../remote-url.ts';
import { type GitSetting, withSettings } from './environment.ts';
import type { GitContext } from './run.ts';

/** A remote that Git knows by a name and by settings of this run, so no command line contains its URL. */
export interface Connection {
  readonly remote: string;
  /** Safe to show. */
  readonly url: string;
  /** The context with the remote and its login. The login is asked for each time, since tokens expire. */
  authorized(): Promise<GitContext>;
}

/** Connects to `fetchUrl`, and to `pushUrl` for pushes; `settings` are further settings of the remote. */
export function connect(
  context: GitContext,
  { fetchUrl, pushUrl = fetchUrl }: { readonly fetchUrl: string; readonly pushUrl?: string | undefined },
  credentials: Credentials = async () => undefined,
  settings: readonly GitSetting[] = [],
): Connection {
  const from = parseRemoteUrl(fetchUrl);
  const to = parseRemoteUrl(pushUrl);
  const remotes = from.url === to.url ? [from] : [from, to];
  return {
    remote: REMOTE,
    url: from.url,
    async authorized() {
      const secrets: string[] = [];
      const added: GitSetting[] = [
        [`remote.${REMOTE}.url`, from.url],
        [`remote.${REMOTE}.pushUrl`, to.url],
        ...settings,
      ];
      for (const { url, transport, login: given } of remotes) {
        const login = transport === 'http' ? (given ?? (await credentials(url))) : undefined;
        if (login === undefined) continue;
        const authorization = basicAuthorization(login);
        secrets.push(login.password, authorization);
        // The empty value removes a header that a CI's checkout configured: two headers make a bad request.
        added.push(
          [`http.${url}.extraHeader`, ''],
          [`http.${url}.extraHeader`, `Authorization: ${authorization}`],
        );
      }
      const env = withSettings(context.env, added);
      return { ...context, env, secrets: [...context.secrets, ...secrets], remote: from.url };
    },
  };
}

const REMOTE = 'promote';
