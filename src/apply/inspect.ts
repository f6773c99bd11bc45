import { readImageTree } from '../images/tree.ts';
import type { Digest } from '../oci/digest.ts';
import { PROMOTION, parseRecord } from '../records/statement.ts';
import type { Store } from '../registry/store.ts';
import type { InspectedAttachment, InspectedImage } from '../reports/inspect.ts';

/** Reads an image's platforms and attachments, the oldest first, with the records of promotions among them. */
export async function inspectImage(store: Store, digest: Digest, reference: string): Promise<InspectedImage> {
  const { mediaType, platforms, attachments, notices } = await readImageTree(store, digest);
  const inspected = attachments.map(({ attachment, statement }): InspectedAttachment => {
    if (statement?.predicateType !== PROMOTION) return attachment;
    return { ...attachment, kind: 'record', record: parseRecord(statement) };
  });
  return {
    reference,
    digest,
    mediaType,
    platforms,
    attachments: inspected.toSorted(oldestFirst),
    notices,
  };
}

function oldestFirst(left: InspectedAttachment, right: InspectedAttachment): number {
  return (left.time ?? left.record?.time ?? '').localeCompare(right.time ?? right.record?.time ?? '');
}
