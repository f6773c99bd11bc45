import { createServer, request as send } from 'node:http';
import { connect } from 'node:net';
import { listen, portOf } from './registry.ts';

/** An HTTP proxy that finds every host on this machine, and counts. */
export interface ProxyServer {
  readonly url: string;
  /** Hosts that were asked for since the last call, each time; `host:port`. */
  hosts(): readonly string[];
  close(): Promise<void>;
}

/** Starts a proxy; hosts of `local` are on loopback under their port, all others do not answer. */
export async function startProxy(local: string): Promise<ProxyServer> {
  let seen: string[] = [];
  const server = createServer((message, response) => {
    const url = new URL(message.url ?? '/');
    seen.push(url.host);
    if (url.hostname !== local) return void response.writeHead(502).end();
    const { method, headers } = message;
    const { port, pathname, search } = url;
    const sent = send({ host: '127.0.0.1', port, method, headers, path: `${pathname}${search}` }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    sent.on('error', () => response.destroy());
    message.pipe(sent);
  });
  server.on('connect', ({ url = '' }, socket) => {
    seen.push(url);
    const [host, port] = url.split(':');
    if (host !== local) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const there = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      there.pipe(socket).pipe(there);
    });
    there.on('error', () => socket.destroy());
    socket.on('error', () => there.destroy());
  });
  await listen(server);
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    hosts() {
      const hosts = seen;
      seen = [];
      return hosts;
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
