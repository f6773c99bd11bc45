import { getCACertificates } from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';

/** The proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, passed on as values. */
export interface ProxySettings {
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  /** Hosts to reach directly, by comma; loopback always is. */
  readonly except?: string | undefined;
}

/** What TLS with a host needs besides the usual, each in PEM. */
export interface TlsSettings {
  /** Authorities that are trusted besides the usual ones. */
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

const TIMEOUT = 10_000;
const LOOPBACK = 'localhost,127.0.0.1,::1';

/** The connections of a run, through proxies where these are set; throws where a certificate or key is none. */
export function createDispatcher(
  { http = '', https = '', except = '' }: ProxySettings = {},
  tls: TlsSettings = {},
): Dispatcher {
  const requestTls = connectionTls(tls);
  // HTTP/1.1 alone: a stalled body is then one connection's matter, and uploads carry a Content-Length.
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

function connectionTls({ ca, certificate, key }: TlsSettings) {
  return {
    ...(ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] }),
    ...(certificate === undefined || key === undefined ? {} : { cert: certificate, key }),
  };
}

function withScheme(proxy: string): string {
  return proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
}
