import { createServer, type RequestListener } from 'node:http';
import type { Server } from 'node:net';
import { onTestFinished } from 'vitest';
import { createHttp, type Http, type HttpOptions } from '../../src/http/http.ts';
import type { HttpRequest } from '../../src/http/request.ts';
import { listen, portOf } from '../servers/registry.ts';

/** Serves until the test is over; the URL's host is 127.0.0.1. */
export async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${portOf(server)}/`);
}

/** The address of a server that listens on 127.0.0.1 until the test is over. */
export async function served(server: Server): Promise<URL> {
  await listen(server);
  onTestFinished(() => void server.close());
  return new URL(`http://127.0.0.1:${portOf(server)}/`);
}

/** A client that does not wait between tries, and the waits it would have made. */
export function client(options: HttpOptions = {}): { readonly http: Http; readonly waits: number[] } {
  const waits: number[] = [];
  const sleep = async (milliseconds: number) => {
    waits.push(milliseconds);
  };
  const http = createHttp({ ...options, retry: { sleep, random: () => 0, ...options.retry } });
  onTestFinished(() => http.close());
  return { http, waits };
}

/** A request for reading the URL. */
export function get(url: URL, request: Partial<HttpRequest> = {}): HttpRequest {
  return { operation: 'read the page', method: 'GET', url, ...request };
}

/** A body as text. */
export function text({ bytes }: { readonly bytes: Uint8Array }): string {
  return new TextDecoder().decode(bytes);
}
