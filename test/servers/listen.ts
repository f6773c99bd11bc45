import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as a double reads it. */
export interface Asked {
  readonly method: string;
  /** With its query, as it was written. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What it answers: JSON, or a text as it is. */
export interface Answer {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Serves until the test ends, by TLS with a certificate; returns where. */
export async function listen(
  answer: (asked: Asked) => Promise<Answer> | Answer,
  tls?: ServerOptions,
): Promise<string> {
  const serve: RequestListener = async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request));
    const { method = '', url = '', headers } = request;
    const given = await answer({ method, url, headers, body });
    const isText = typeof given.body === 'string';
    response
      .writeHead(given.status, {
        'content-type': isText ? 'text/xml' : 'application/json',
        'retry-after': '0',
        ...given.headers,
      })
      .end(isText ? given.body : JSON.stringify(given.body));
  };
  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => void (await new Promise(resolve => server.close(resolve))));
  return `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
