import type { HttpResponse } from '../../http/request.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { verifiedStream } from '../verified-stream.ts';
import { type RegistryRequest, unexpected } from './client.ts';
import { pushing, type RemoteRepository } from './repository.ts';

/** A started upload, which takes a blob's bytes. */
export interface UploadSession {
  readonly location: URL;
  /** The fewest bytes that the registry accepts in a chunk. */
  readonly least: number;
}

const BYTES = 'application/octet-stream';

/** Sends a blob in one PUT, which also ends the upload. The registry verifies the digest. */
export async function sendWhole(
  repository: RemoteRepository,
  descriptor: Descriptor,
  { location }: UploadSession,
  stream: AsyncIterable<Uint8Array>,
): Promise<void> {
  const operation = operationOf(repository, descriptor);
  const body = verifiedStream(stream, descriptor, operation);
  await finish(repository, descriptor, location, { body, size: descriptor.size });
}

/**
 * Sends a blob's bytes in chunks, one after the other, and ends the upload.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
 */
export async function sendInChunks(
  repository: RemoteRepository,
  descriptor: Descriptor,
  session: UploadSession,
  stream: AsyncIterable<Uint8Array>,
  chunk: number,
): Promise<void> {
  const operation = operationOf(repository, descriptor);
  const bytes = verifiedStream(stream, descriptor, operation)[Symbol.asyncIterator]();
  const take = taking(bytes);
  const { size } = descriptor;
  let { location } = session;
  try {
    for (let sent = 0; sent < size; ) {
      const count = Math.min(chunk, size - sent);
      const request = pushing(repository, {
        operation,
        method: 'PATCH',
        url: location,
        headers: {
          'content-type': BYTES,
          'content-length': String(count),
          'content-range': `${sent}-${sent + count - 1}`,
        },
        body: take(count),
      });
      const answer = await repository.client.send(request);
      sent += count;
      location = nextLocation(repository, request, answer, sent) ?? location;
    }
    await finish(repository, descriptor, location, { size: 0 });
  } finally {
    await bytes.return?.();
  }
}

async function finish(
  repository: RemoteRepository,
  descriptor: Descriptor,
  location: URL,
  { body, size }: { readonly body?: AsyncIterable<Uint8Array>; readonly size: number },
): Promise<void> {
  const query = `digest=${encodeURIComponent(descriptor.digest)}`;
  const request = pushing(repository, {
    operation: operationOf(repository, descriptor),
    method: 'PUT',
    // The session's query is a secret of the registry, so no character of it may change.
    url: new URL(`${location.href}${location.search === '' ? '?' : '&'}${query}`),
    headers: { 'content-type': BYTES, 'content-length': String(size) },
    ...(body && { body }),
  });
  const answer = await repository.client.send(request);
  if (answer.status < 200 || answer.status > 299) throw unexpected(request, answer);
}

/** The URL for the next chunk; throws if the registry did not keep this one. ECR may keep only the first. */
function nextLocation(
  { client }: RemoteRepository,
  request: RegistryRequest,
  answer: HttpResponse,
  sent: number,
): URL | undefined {
  if (answer.status !== 202) throw unexpected(request, answer);
  const { range, location: named } = answer.headers;
  const [, last] = /^(?:bytes=)?0-(\d+)$/.exec(range ?? '') ?? [];
  if (last !== undefined && Number(last) !== sent - 1) {
    throw unexpected(request, answer, `it keeps ${Number(last) + 1} of ${sent} bytes`);
  }
  const location = named === undefined ? null : URL.parse(named, answer.url.href);
  if (location === null) return undefined;
  client.guardUpload(location, request.operation);
  return location;
}

/** Splits an iterator's bytes into portions of a requested size. */
function taking(iterator: AsyncIterator<Uint8Array>): (count: number) => AsyncGenerator<Uint8Array, void> {
  let rest: Uint8Array = new Uint8Array();
  return async function* (count) {
    for (let left = count; left > 0; ) {
      if (rest.length === 0) {
        const next = await iterator.next();
        // If a source ends early, it has already thrown.
        if (next.done) return;
        rest = next.value;
      }
      const part = rest.subarray(0, left);
      rest = rest.subarray(part.length);
      left -= part.length;
      if (part.length > 0) yield part;
    }
  };
}

function operationOf({ name }: RemoteRepository, { digest }: Descriptor): string {
  return `push ${name}@${digest}`;
}
