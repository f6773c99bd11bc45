import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { authorise, type RegistryAuthOptions } from './registry-auth.ts';
import { type Answer, createRoutes, type RoutesOptions } from './registry-routes.ts';

/** A request as it came in, and how it was answered. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: string | undefined;
  /** The client's port, which tells connections apart. */
  readonly connection: number | undefined;
  readonly status: number;
}

/**
 * What goes wrong: a broken connection, one that breaks within the body, a body that ends cleanly before its end (as
 * proxies send it, in chunks), a flipped bit, or another answer.
 */
export type Fault =
  | 'reset'
  | 'reset-body'
  | 'short'
  | 'corrupt'
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    };

/** How the registry behaves. */
export interface RegistryOptions extends RoutesOptions {
  readonly auth?: RegistryAuthOptions;
  readonly faults?: (request: Omit<SeenRequest, 'status'>) => Fault | undefined;
  /** How long a request takes on its way in, and its answer on its way out, in milliseconds; default: no time. */
  readonly latency?: () => number;
  /** What an answer waits for before it is given. */
  readonly hold?: (request: Omit<SeenRequest, 'status'>) => Promise<void> | undefined;
  /** Further headers of sound answers. */
  readonly headers?: (request: Omit<SeenRequest, 'status'>) => Readonly<Record<string, string>>;
}

/** A registry within this process, for what a real one does not do on demand. */
export interface Registry {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** Every request since the last call. */
  requests(): readonly SeenRequest[];
  stop(): Promise<void>;
}

/** Starts a registry on a loopback port. */
export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const routes = createRoutes(options);
  let seen: SeenRequest[] = [];
  const server = createServer(async (message, response) => {
    const request = {
      method: message.method ?? '',
      path: message.url ?? '',
      authorization: message.headers.authorization,
      connection: message.socket.remotePort,
    };
    await takeTime(options);
    await options.hold?.(request);
    if (Number(message.headers['content-length'] ?? 0) > (options.largestBody ?? Number.POSITIVE_INFINITY)) {
      seen.push({ ...request, status: 413 });
      message.resume();
      // nginx answers without reading, and does not go on with the connection.
      response.writeHead(413, { 'content-type': 'text/html', connection: 'close' });
      response.end('<h1>413 Request Entity Too Large</h1>');
      return;
    }
    const fault = options.faults?.(request);
    const isOwnAnswer = typeof fault === 'object';
    const body = (isOwnAnswer ? undefined : await readBody(message)) ?? Buffer.alloc(0);
    const answer: Answer = isOwnAnswer
      ? { headers: {}, ...fault, body: Buffer.from(fault.body ?? '') }
      : (authorise(options.auth, message, body) ?? routes(message, body));
    seen.push({ ...request, status: fault === 'reset' ? 0 : answer.status });
    const headers = { ...options.headers?.(request), ...answer.headers };
    await takeTime(options);
    send(message, response, { ...answer, headers }, fault);
  });
  await listen(server);
  return {
    host: `127.0.0.1:${portOf(server)}`,
    requests() {
      const requests = seen;
      seen = [];
      return requests;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

async function takeTime({ latency }: RegistryOptions): Promise<void> {
  if (latency !== undefined) await setTimeout(latency());
}

/** Listens on a free loopback port. */
export async function listen(server: Server): Promise<void> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
}

/** The port a server listens on. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function send(message: IncomingMessage, response: ServerResponse, answer: Answer, fault?: Fault): void {
  const { status, headers } = answer;
  if (fault === 'reset') {
    message.socket.destroy();
    return;
  }
  const body = fault === 'corrupt' ? Buffer.from(answer.body.map(byte => byte ^ 1)) : answer.body;
  if (fault === 'short') {
    response.writeHead(status, headers);
    response.end(message.method === 'HEAD' ? undefined : body.subarray(0, body.length / 2));
    return;
  }
  response.writeHead(status, { 'content-length': String(body.length), ...headers });
  if (fault === 'reset-body') {
    response.write(body.subarray(0, body.length / 2), () => message.socket.destroy());
  } else {
    response.end(message.method === 'HEAD' ? undefined : body);
  }
}

async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk);
  } catch {
    // The client went away; what it sent so far is not kept, for it is shorter than it said.
    return undefined;
  }
  return Buffer.concat(chunks);
}
