import { PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { inOneChunk } from '../../oci/one-chunk.ts';
import { unchanged, verifiedStream } from '../verified-stream.ts';
import { unexpected } from './client.ts';
import { pulling, type RemoteRepository, urlIn } from './repository.ts';

/** Bytes of a blob that is read as a whole, so that its connection is free before anything is done with it. */
const SMALL = 64 * 1024;

/**
 * A blob as a verified stream, after any redirects; throws `NOT_FOUND`. A damaged blob is added to `damaged`,
 * and is read from elsewhere the next time.
 */
export async function readBlob(
  repository: RemoteRepository,
  descriptor: Descriptor,
  damaged: Set<Digest>,
): Promise<AsyncIterable<Uint8Array>> {
  const operation = `pull ${repository.name}@${descriptor.digest}`;
  const request = pulling(repository, {
    operation,
    method: 'GET',
    url: urlIn(repository, `blobs/${descriptor.digest}`),
    elsewhere: damaged.has(descriptor.digest),
  });
  const { client } = repository;
  const answer = await (descriptor.size > SMALL ? client.stream(request) : client.send(request));
  const isSuccess = answer.status >= 200 && answer.status < 300;
  if (answer.kind === 'response' && !isSuccess) throw unexpected(request, answer);
  const body = answer.kind === 'response' ? inOneChunk(answer.bytes) : answer.body;
  const bytes = verifiedStream(body, descriptor, operation);
  return unchanged(noting(bytes, descriptor, damaged), bytes);
}

async function* noting(
  stream: AsyncIterable<Uint8Array>,
  { digest }: Descriptor,
  damaged: Set<Digest>,
): AsyncIterable<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'DIGEST_MISMATCH') damaged.add(digest);
    throw error;
  }
}

/** Whether the repository has the blob, by HEAD. */
export async function hasBlob(repository: RemoteRepository, { digest }: Descriptor): Promise<boolean> {
  const request = pulling(repository, {
    operation: `look up ${repository.name}@${digest}`,
    method: 'HEAD',
    url: urlIn(repository, `blobs/${digest}`),
  });
  const answer = await repository.client.send(request);
  // Artifactory answers HEAD with 403 for an absent blob. An upload shows whether it is absent.
  if (answer.status === 404 || answer.status === 403) return false;
  if (answer.status === 200) return true;
  throw unexpected(request, answer);
}
