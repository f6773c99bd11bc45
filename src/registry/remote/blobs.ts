import type { Descriptor } from '../../oci/descriptor.ts';
import { verifiedStream } from '../verified-stream.ts';
import { unexpected } from './client.ts';
import { pulling, type RemoteRepository, urlIn } from './repository.ts';

/** A blob as a verified stream, wherever the registry redirects to; throws `NOT_FOUND`. */
export async function readBlob(
  repository: RemoteRepository,
  descriptor: Descriptor,
): Promise<AsyncIterable<Uint8Array>> {
  const operation = `pull ${repository.name}@${descriptor.digest}`;
  const request = pulling(repository, {
    operation,
    method: 'GET',
    url: urlIn(repository, `blobs/${descriptor.digest}`),
  });
  const answer = await repository.client.stream(request);
  if (answer.kind === 'response') throw unexpected(request, answer);
  return verifiedStream(answer.body, descriptor, operation);
}

/** Whether the repository has the blob, by HEAD. */
export async function hasBlob(repository: RemoteRepository, { digest }: Descriptor): Promise<boolean> {
  const request = pulling(repository, {
    operation: `look up ${repository.name}@${digest}`,
    method: 'HEAD',
    url: urlIn(repository, `blobs/${digest}`),
  });
  const answer = await repository.client.send(request);
  // Artifactory answers HEAD with 403 for what is absent; an upload shows whether it is that.
  if (answer.status === 404 || answer.status === 403) return false;
  if (answer.status === 200) return true;
  throw unexpected(request, answer);
}
