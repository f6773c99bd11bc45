import type { Descriptor } from '../../src/oci/descriptor.ts';
import { referrerDescriptor } from '../../src/oci/manifest.ts';
import { prepareRecord, type RecordRequest } from '../../src/records/record.ts';

/** Signs a record and attaches it at once; gives the descriptor that the image's referrers list then. */
export async function writeRecord(request: RecordRequest): Promise<Descriptor> {
  const { content } = await prepareRecord(request);
  await request.store.putManifest(content);
  return referrerDescriptor(content);
}
