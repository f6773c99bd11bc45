import type { Socket } from 'node:net';
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { readInto, reusingWritten } from './reused-buffers.ts';
import { connectionTls, type TlsSettings } from './tls.ts';

/** The proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, passed on as values. */
export interface ProxySettings {
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  /** Hosts to reach directly, separated by commas; loopback is always among them. */
  readonly except?: string | undefined;
}

const TIMEOUT = 10_000;
/**
 * This machine, and what clouds tell it alone. A proxy would answer for its own machine, and would see what
 * is for this one.
 */
const DIRECT = 'localhost,127.0.0.1,::1,169.254.169.254,169.254.170.2,metadata.google.internal';

/** The connections of a run, through proxies where these are set; throws for a wrong certificate or key. */
export function createDispatcher(
  { http = '', https = '', except = '' }: ProxySettings = {},
  tls: TlsSettings = {},
): Dispatcher {
  const requestTls = connectionTls(tls);
  // Only HTTP/1.1 is used: a stalled body then stops one connection, and uploads carry a Content-Length.
  const connection = { allowH2: false, connect: connector(requestTls) };
  if (http === '' && https === '') return new Agent(connection);
  // An empty text keeps undici from reading the environment itself.
  return new EnvHttpProxyAgent({
    ...connection,
    requestTls,
    httpProxy: withScheme(http),
    httpsProxy: withScheme(https),
    noProxy: except === '' ? DIRECT : `${DIRECT},${except}`,
  });
}

/** Opens direct connections. TLS gives its bytes in small records, so only plain ones read into large buffers. */
function connector(tls: ReturnType<typeof connectionTls>): buildConnector.connector {
  const secure = buildConnector({ allowH2: false, timeout: TIMEOUT, ...tls });
  return (options, done) => {
    let opened: Socket | undefined;
    const connect =
      options.protocol === 'https:'
        ? secure
        : buildConnector({ allowH2: false, timeout: TIMEOUT, onread: readInto(() => opened) });
    connect(options, (...[error, socket]) => {
      if (error !== null) return done(error, null);
      opened = reusingWritten(socket);
      done(null, opened);
    });
  };
}

function withScheme(proxy: string): string {
  return proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
}
