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
}

/** `fetch` for libraries that have an HTTP client of their own. */
export type Fetch = (url: string, init?: FetchInit) => Promise<Response>;

/**
 * Makes a `fetch` that sends by our HTTP client. It sends once, since such libraries try again by themselves,
 * and throws what the client throws.
 */
export function createFetch(http: Http, operation: string, { redirects }: FetchSettings = {}): Fetch {
  return async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
    const answer = await http.stream({
      operation,
      method: asMethod(method),
      url: new URL(url),
      headers: { 'accept-encoding': 'gzip', ...headers },
      ...(body && { body }),
      tries: 1,
      redirects,
      signal: signal ?? undefined,
    });
    return asResponse(answer);
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
