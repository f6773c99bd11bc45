import type { Digest } from '../../oci/digest.ts';
import { RegistryError } from '../registry-error.ts';
import { deleting, type RemoteRepository, urlIn } from './repository.ts';

/** Deletes a manifest by its digest; `refused` if the registry or its token service does not allow it. */
export async function deleteManifest(
  repository: RemoteRepository,
  digest: Digest,
): Promise<'removed' | 'refused'> {
  const request = deleting(repository, {
    operation: `delete ${repository.name}@${digest}`,
    method: 'DELETE',
    url: urlIn(repository, `manifests/${digest}`),
  });
  try {
    const { status } = await repository.client.send(request);
    return (status >= 200 && status < 300) || status === 404 ? 'removed' : 'refused';
  } catch (error) {
    if (error instanceof RegistryError) return 'refused';
    throw error;
  }
}
