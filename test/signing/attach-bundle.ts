import type { Descriptor } from '../../src/oci/descriptor.ts';
import { referrerDescriptor } from '../../src/oci/manifest.ts';
import type { Store } from '../../src/registry/store.ts';
import { type Attachment, uploadBundle } from '../../src/signing/attach.ts';

/** Attaches a bundle to an image at once; gives the descriptor that its referrers list then. */
export async function attachBundle(
  store: Store,
  subject: Descriptor,
  bundle: Uint8Array,
  attachment: Attachment,
): Promise<Descriptor> {
  const content = await uploadBundle(store, subject, bundle, attachment);
  await store.putManifest(content);
  return referrerDescriptor(content);
}
