import { PromoteError } from '../../errors.ts';
import { pushing, type RemoteRepository } from './repository.ts';

/**
 * Cancels an unfinished upload. If the registry refuses, as Distribution may, it drops the upload later.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
 */
export async function cancelUpload(repository: RemoteRepository, url: URL): Promise<void> {
  const operation = `cancel the upload to ${repository.name}`;
  try {
    await repository.client.send(pushing(repository, { operation, method: 'DELETE', url, tries: 1 }));
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
  }
}
