import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { connectionTls, type TlsSettings } from './tls.ts';

/** The proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, passed on as values. */
export interface ProxySettings {
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  /** Hosts to reach directly, separated by commas; loopback is always among them. */
  readonly except?: string | undefined;
}

const TIMEOUT = 10_000;
const LOOPBACK = 'localhost,127.0.0.1,::1';

/** The connections of a run, through proxies where these are set; throws for a wrong certificate or key. */
export function createDispatcher(
  { http = '', https = '', except = '' }: ProxySettings = {},
  tls: TlsSettings = {},
): Dispatcher {
  const requestTls = connectionTls(tls);
  // Only HTTP/1.1 is used: a stalled body then stops one connection, and uploads carry a Content-Length.
  const connection = { allowH2: false, connect: { timeout: TIMEOUT, ...requestTls } };
  if (http === '' && https === '') return new Agent(connection);
  // An empty text keeps undici from reading the environment itself.
  return new EnvHttpProxyAgent({
    ...connection,
    requestTls,
    httpProxy: withScheme(http),
    httpsProxy: withScheme(https),
    noProxy: except === '' ? LOOPBACK : `${LOOPBACK},${except}`,
  });
}

function withScheme(proxy: string): string {
  return proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
}
