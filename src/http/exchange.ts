import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { asFailure } from './failure.ts';
import type { HttpRequest, HttpStream } from './request.ts';

/** How long to wait without any progress, in milliseconds. */
export interface Patience {
  /** For an answer's headers. */
  readonly headers: number;
  /** The same after an upload, which grows with it: a registry may hash the whole blob before it answers. */
  readonly upload: number;
  /** How fast such a registry hashes and stores at least. */
  readonly bytesPerSecond: number;
  /** For a body's next bytes. */
  readonly body: number;
}

/** Sends one request once; throws `CANCELLED`, or a `Failure` that says whether trying again may help. */
export async function exchange(
  dispatcher: Dispatcher,
  patience: Patience,
  request: HttpRequest,
): Promise<HttpStream> {
  const { method, url, headers = {}, signal, body } = request;
  const isUpload = isStream(body);
  try {
    const answer = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers: { 'user-agent': 'gitops-promote', ...headers },
      body: isUpload ? Readable.from(body, { objectMode: false }) : (body ?? null),
      headersTimeout: isUpload ? uploadPatience(patience, headers) : patience.headers,
      bodyTimeout: patience.body,
      signal: signal ?? null,
    });
    return {
      kind: 'stream',
      status: answer.statusCode,
      url,
      headers: joined(answer.headers),
      body: explained(request, answer.body),
    };
  } catch (error) {
    throw asFailure(request, error);
  }
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
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body;
  } catch (error) {
    throw asFailure(request, error);
  }
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
