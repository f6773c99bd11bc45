import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';

/** The proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, passed on as values. */
export interface ProxySettings {
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  /** Hosts to reach directly, by comma; loopback always is. */
  readonly except?: string | undefined;
}

// HTTP/1.1 alone: a stalled body is then one connection's matter, and uploads carry a Content-Length.
const CONNECTION = { allowH2: false, connect: { timeout: 10_000 } } as const;
const LOOPBACK = 'localhost,127.0.0.1,::1';

/** The connections of a run, through proxies where these are set. */
export function createDispatcher({ http = '', https = '', except = '' }: ProxySettings = {}): Dispatcher {
  if (http === '' && https === '') return new Agent(CONNECTION);
  // An empty text keeps undici from reading the environment itself.
  return new EnvHttpProxyAgent({
    ...CONNECTION,
    httpProxy: withScheme(http),
    httpsProxy: withScheme(https),
    noProxy: except === '' ? LOOPBACK : `${LOOPBACK},${except}`,
  });
}

function withScheme(proxy: string): string {
  return proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
}
