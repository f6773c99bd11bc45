import { decompress } from './decompress.ts';
import type { Http } from './http.ts';
import type { HttpAnswer, HttpRequest } from './request.ts';

/** The part of `fetch` that libraries use; a body is never a stream. */
export interface FetchInit {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | null | undefined;
  readonly signal?: AbortSignal | null | undefined;
}

/** How such a `fetch` behaves. */
interface FetchSettings {
  readonly redirects?: HttpRequest['redirects'];
  /**
   * The most bytes of an answer that is read before the library gets it; `undefined`: it is streamed. Some
   * libraries take an answer that breaks off for an empty one.
   */
  readonly whole?: (url: URL) => number | undefined;
}

/** `fetch` for libraries that have an HTTP client of their own. */
export type Fetch = (url: string, init?: FetchInit) => Promise<Response>;

/**
 * Makes a `fetch` that sends by our HTTP client. It sends once, since such libraries try again by themselves,
 * and throws what the client throws.
 */
export function createFetch(http: Http, operation: string, { redirects, whole }: FetchSettings = {}): Fetch {
  return async (address, { method = 'GET', headers = {}, body, signal } = {}) => {
    const url = new URL(address);
    const limit = whole?.(url);
    const request: HttpRequest = {
      operation,
      method: asMethod(method),
      url,
      headers: { 'accept-encoding': 'gzip', ...headers },
      ...(body && { body }),
      tries: 1,
      redirects,
      signal: signal ?? undefined,
    };
    return asResponse(await (limit === undefined ? http.stream(request) : http.send({ ...request, limit })));
  };
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function asMethod(text: string): HttpRequest['method'] {
  const method = METHODS.find(known => known === text.toUpperCase());
  if (method === undefined) throw new TypeError(`no method ${text}`);
  return method;
}

/** Statuses whose answers have no body: https://fetch.spec.whatwg.org/#null-body-status */
const WITHOUT_BODY = new Set([204, 205, 304]);

function asResponse(answer: HttpAnswer): Response {
  const { status, url } = answer;
  const { 'content-encoding': encoding, ...headers } = answer.headers;
  const isPacked = encoding === 'gzip';
  const kept = isPacked || encoding === undefined ? headers : { ...headers, 'content-encoding': encoding };
  const response = new Response(WITHOUT_BODY.has(status) ? null : bodyOf(answer, isPacked), {
    status,
    headers: kept,
  });
  // The address after redirects, which a response that is made by hand does not have.
  return Object.defineProperty(response, 'url', { value: url.href });
}

function bodyOf(answer: HttpAnswer, isPacked: boolean): ReadableStream<Uint8Array> {
  const bytes = answer.kind === 'stream' ? answer.body : [answer.bytes];
  return ReadableStream.from(isPacked ? decompress(asStream(bytes), 'gzip') : bytes);
}

async function* asStream(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* bytes;
}
