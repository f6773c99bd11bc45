import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PromoteError, reasonOf, rethrowDefect } from '../../errors.ts';
import { CONTENT_SECURITY_POLICY } from '../../reports/site/page.ts';
import type { Io } from '../io.ts';

const LOOPBACK = '127.0.0.1';
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** Serves the page to this machine alone until the run ends. Without a port, a free one is chosen. */
export async function servePage(
  { signal, stderr }: Pick<Io, 'signal' | 'stderr'>,
  files: ReadonlyMap<string, string>,
  port = 0,
): Promise<void> {
  const server = createServer((request, response) => answer(files, request, response));
  try {
    server.listen({ host: LOOPBACK, port });
    await once(server, 'listening', { signal });
  } catch (cause) {
    if (signal.aborted) return;
    rethrowDefect(cause);
    throw new PromoteError('USAGE', `--serve ${port}: ${reasonOf(cause).text}`, {
      hint: 'name another port, or none for one that is free',
      cause,
    });
  }
  stderr.write(
    `the board is at http://${LOOPBACK}:${(server.address() as AddressInfo).port}/ until Ctrl-C\n`,
  );
  if (!signal.aborted) await once(signal, 'abort');
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
}

/** Answers only requests for our own host name: another site could resolve its name to this machine. */
function answer(
  files: ReadonlyMap<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { port } = request.socket.address() as AddressInfo;
  const isOurs = [`${LOOPBACK}:${port}`, `localhost:${port}`].includes(request.headers.host ?? '');
  // The client chooses this text, so it may be no valid URL.
  const asked = (request.url ?? '').replace(/\?.*$/, '');
  const path = asked === '/' ? 'index.html' : asked.slice(1);
  const text = isOurs && request.method === 'GET' ? files.get(path) : undefined;
  response.writeHead(text === undefined ? 404 : 200, {
    'content-type': TYPES[path.split('.').at(-1) ?? ''] ?? 'text/plain; charset=utf-8',
    'content-security-policy': `${CONTENT_SECURITY_POLICY}; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  response.end(text ?? 'nothing is here\n');
}
