import { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { Store } from '../registry/store.ts';
import { readImage } from './refresh/read-image.ts';
import { readImageFacts } from './refresh/read-image-facts.ts';

/** When an image says that it was built, ISO 8601; `undefined` where it does not say, or cannot be read. */
export async function readBuildTime(store: Store, digest: Digest): Promise<string | undefined> {
  try {
    return (await readImageFacts(await readImage(store, digest))).created;
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}
