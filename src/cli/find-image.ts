import { PromoteError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import type { Store } from '../registry/store.ts';

/** Finds the image that a reference names. Throws `USAGE` without tag and digest, and `NOT_FOUND`. */
export async function findImage(store: Store, reference: Reference, operation: string): Promise<Descriptor> {
  const named = reference.digest ?? reference.tag;
  if (named === undefined) {
    throw new PromoteError('USAGE', `${operation} ${reference.repository}: neither tag nor digest`, {
      hint: 'name an image as repository:tag or repository@sha256:…',
    });
  }
  const found = await store.head(named);
  if (found) return found;
  throw new PromoteError('NOT_FOUND', `${operation} ${formatReference(reference)}: there is no such image`);
}
