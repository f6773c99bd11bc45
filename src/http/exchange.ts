import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { asFailure, late } from './failure.ts';
import type { HttpRequest, HttpStream } from './request.ts';

/** How long to wait without any progress, in milliseconds. */
export interface Patience {
  /** The wait for an answer's headers. */
  readonly headers: number;
  /** The wait for headers after an upload. It grows with the size: a registry may hash the whole blob. */
  readonly upload: number;
  /** The lowest speed at which a registry hashes and stores an upload. */
  readonly bytesPerSecond: number;
  /** The wait for the next bytes of a streamed body. */
  readonly body: number;
  /** The wait before people are notified that there is no answer yet. */
  readonly told: number;
}

/** How one request is sent. */
export interface Exchange {
  readonly patience: Patience;
  /** Whether the answer is read whole; else its bytes are streamed. */
  readonly isWhole: boolean;
  /** Called if there is no answer yet, or not the whole of it, with the longest wait in milliseconds. */
  readonly onSlow: (limit: number, has: 'nothing' | 'a part') => void;
}

/** Sends one request once; throws `CANCELLED`, or a `Failure` that says whether trying again may help. */
export async function exchange(
  dispatcher: Dispatcher,
  { patience, isWhole, onSlow }: Exchange,
  request: HttpRequest,
): Promise<HttpStream> {
  const { method, url, headers = {}, signal, body } = request;
  const isUpload = isStream(body);
  const limit = isUpload ? uploadPatience(patience, headers) : patience.headers;
  // For an upload, its progress shows that it is slow.
  const slow = isUpload ? undefined : setTimeout(() => onSlow(limit, 'nothing'), patience.told);
  try {
    const answer = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers: { 'user-agent': 'gitops-promote', ...headers },
      // In object mode no chunks are joined: a copy of them would be more garbage.
      body: isUpload ? Readable.from(body) : (body ?? null),
      headersTimeout: limit,
      bodyTimeout: patience.body,
      signal: signal ?? null,
      // Chunks come one by one. With a buffer, undici joins them, which copies them.
      highWaterMark: 0,
      // undici otherwise ends the connection after each HEAD.
      reset: false,
    });
    const received = joined(answer.headers);
    const read = isWhole
      ? whileFast(request, answer.body, { patience, onSlow })
      : explained(request, answer.body, patience.body);
    return { kind: 'stream', status: answer.statusCode, url, headers: received, body: read };
  } catch (error) {
    throw asFailure(request, error, limit);
  } finally {
    clearTimeout(slow);
  }
}

/** The lowest speed of an answer that is read whole. */
const SLOWEST_BYTES_PER_SECOND = 100_000;

/** The time that so many bytes may take, in milliseconds. */
function bodyPatience({ headers }: Patience, bytes: number): number {
  return headers + Math.ceil((bytes / SLOWEST_BYTES_PER_SECOND) * 1000);
}

function uploadPatience({ upload, bytesPerSecond }: Patience, headers: Readonly<Record<string, string>>) {
  const size = Number(headers['content-length'] ?? 0);
  return upload + Math.ceil((size / bytesPerSecond) * 1000);
}

/** Whether the body can be sent only once. */
export function isStream(body: HttpRequest['body']): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && Symbol.asyncIterator in body;
}

async function* explained(
  request: HttpRequest,
  body: Readable,
  limit: number,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body;
  } catch (error) {
    throw asFailure(request, error, limit);
  }
}

/** The bytes of an answer that is read whole. It fails once they come more slowly than the lowest speed. */
async function* whileFast(
  request: HttpRequest,
  body: Readable,
  { patience, onSlow }: Pick<Exchange, 'patience' | 'onSlow'>,
): AsyncGenerator<Uint8Array, void> {
  const start = performance.now();
  let bytes = 0;
  const wait = () => bodyPatience(patience, bytes) - (performance.now() - start);
  const judge = () => {
    if (wait() > 0) timer = setTimeout(judge, wait());
    else body.destroy(late());
  };
  let timer = setTimeout(judge, wait());
  const slow = setTimeout(() => onSlow(bodyPatience(patience, bytes), 'a part'), patience.told);
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw asFailure(request, error, bodyPatience(patience, bytes));
  } finally {
    clearTimeout(timer);
    clearTimeout(slow);
  }
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
