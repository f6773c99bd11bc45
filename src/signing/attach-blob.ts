import type { Descriptor } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Store } from '../registry/store.ts';

/** Brings bytes into a store, from a neighbouring repository where they lie in one, and gives their descriptor. */
export async function attachBlob(
  store: Store,
  mediaType: string,
  bytes: Uint8Array,
  neighbour?: RepositoryName,
): Promise<Descriptor> {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  const open = async () => once(bytes);
  await store.putBlob(descriptor, neighbour === undefined ? { open } : { open, repository: neighbour });
  return descriptor;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
