import { PromoteError } from '../../errors.ts';
import { pushing, type RemoteRepository } from './repository.ts';

/**
 * Ends an upload that is not finished. A registry that does not let us drops it by itself later: distribution asks for
 * the right to delete. https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
 */
export async function cancelUpload(repository: RemoteRepository, url: URL): Promise<void> {
  const operation = `cancel the upload to ${repository.name}`;
  try {
    await repository.client.send(pushing(repository, { operation, method: 'DELETE', url, tries: 1 }));
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
  }
}
