import type { Descriptor } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { inOneChunk } from '../oci/one-chunk.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Store } from './store.ts';

/** Uploads bytes to a store, or mounts them from a neighbouring repository. Returns their descriptor. */
export async function putBytes(
  store: Store,
  mediaType: string,
  bytes: Uint8Array,
  neighbour?: RepositoryName,
): Promise<Descriptor> {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  const open = async () => inOneChunk(bytes);
  await store.putBlob(descriptor, neighbour === undefined ? { open } : { open, repository: neighbour });
  return descriptor;
}
