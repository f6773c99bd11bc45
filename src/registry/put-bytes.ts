import type { Descriptor } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { inOneChunk } from '../oci/one-chunk.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Store } from './store.ts';

/** Brings bytes into a store, from a neighbouring repository where they are in one, and gives their descriptor. */
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
