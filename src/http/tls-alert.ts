import { connect } from 'node:tls';
import { connectionTls, type TlsSettings } from './tls.ts';

/** How long a server has to say why it ends a connection, in milliseconds. */
const PATIENCE = 1_000;

/**
 * The alert by which a server ends TLS right after the handshake, for example if it requires a client
 * certificate. With TLS 1.3 a request is on its way by then, and its connection may be reset before the alert
 * is read. This connection sends nothing.
 */
export async function readAlert({ hostname, port }: URL, tls: TlsSettings | undefined): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({
    host,
    port: Number(port || 443),
    servername: /^[\d.:]+$|:/.test(host) ? '' : host,
    ...connectionTls(tls),
  });
  socket.setTimeout(PATIENCE, () => resolve(undefined));
  socket.on('error', resolve);
  socket.on('close', () => resolve(undefined));
  socket.resume();
  try {
    const error = await promise;
    return error instanceof Error && 'code' in error && /ALERT/.test(String(error.code)) ? error : undefined;
  } finally {
    socket.destroy();
  }
}
