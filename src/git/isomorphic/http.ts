import type { HttpClient } from 'isomorphic-git';
import { PromoteError } from '../../errors.ts';
import type { Fetch } from '../../http/fetch.ts';

/** What ends a request early. */
export interface Interruption {
  /** The time-out of one request, in milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/** The HTTP client for isomorphic-git, built on `fetch`; throws `CANCELLED`, or `UNREACHABLE` if too slow. */
export function httpClient(fetch: Fetch, { timeout, signal: cancelled }: Interruption): HttpClient {
  return {
    async request({ url, method = 'GET', headers = {}, body }) {
      const content =
        body === undefined ? undefined : new Uint8Array(Buffer.concat(await Array.fromAsync(body)));
      const deadline = AbortSignal.timeout(timeout);
      const signal = cancelled === undefined ? deadline : AbortSignal.any([deadline, cancelled]);
      const interrupted = interruptedBy(deadline, cancelled, `${method} ${url}`);
      const sent = fetch(url, { method, headers, signal, body: content });
      const response = await sent.catch(cause => {
        throw interrupted(cause);
      });
      return {
        url: response.url,
        method,
        headers: Object.fromEntries(response.headers),
        body: bounded(url, response.body, interrupted),
        statusCode: response.status,
        statusMessage: response.statusText,
      };
    },
  };
}

/** Converts the error of a request that was ended early; other errors are returned unchanged. */
export function interruptedBy(deadline: AbortSignal, cancelled: AbortSignal | undefined, request: string) {
  return (cause: unknown): unknown => {
    if (cancelled?.aborted) return new PromoteError('CANCELLED', `${request} was cancelled`);
    return deadline.aborted ? new PromoteError('UNREACHABLE', `${request} did not end in time`) : cause;
  };
}

const MAX_RESPONSE_BYTES = 1024 * 1024 * 1024;

async function* bounded(
  url: string,
  body: AsyncIterable<Uint8Array> | null,
  interrupted: (cause: unknown) => unknown,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  try {
    for await (const chunk of body ?? []) {
      bytes += chunk.length;
      if (bytes > MAX_RESPONSE_BYTES) throw tooLarge(url);
      yield chunk;
    }
  } catch (cause) {
    throw interrupted(cause);
  }
}

function tooLarge(url: string): PromoteError {
  return new PromoteError('TOO_LARGE', `fetch of ${url}: over ${MAX_RESPONSE_BYTES} bytes`, {
    hint: 'install git, which keeps no whole repository in memory',
  });
}
