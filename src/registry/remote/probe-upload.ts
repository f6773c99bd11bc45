import { digestOf } from '../../oci/digest.ts';
import { pathOf, type RepositoryName } from '../../oci/reference.ts';
import { cancelUpload } from './cancel-upload.ts';
import { unexpected } from './client.ts';
import { pullScope, pushing, type RemoteRepository, urlIn } from './repository.ts';

/** The digest of bytes that no registry has, so a mount of it links nothing. */
const NOWHERE = digestOf(new TextEncoder().encode('gitops-promote asks whether it may mount'));

/**
 * Begins an upload, or a mount of an absent blob, and cancels it: nothing is written. Throws the refusal.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs
 */
export async function probeUpload(repository: RemoteRepository, from?: RepositoryName): Promise<boolean> {
  const query = from === undefined ? '' : `?${new URLSearchParams({ mount: NOWHERE, from: pathOf(from) })}`;
  const request = pushing(
    repository,
    {
      operation:
        from === undefined ? `push to ${repository.name}` : `mount blobs of ${from} into ${repository.name}`,
      method: 'POST',
      url: urlIn(repository, `blobs/uploads/${query}`),
      idempotent: true,
    },
    from === undefined ? [] : [pullScope(from)],
  );
  const answer = await repository.client.send(request);
  if (answer.status !== 202) throw unexpected(request, answer);
  const location = URL.parse(answer.headers.location ?? '', answer.url.href);
  if (location === null || answer.headers.location === undefined) {
    throw unexpected(request, answer, 'without the Location of an upload');
  }
  repository.client.guardUpload(location, request.operation);
  await cancelUpload(repository, location);
  return true;
}
