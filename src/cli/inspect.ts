import { readImageTree } from '../images/tree.ts';
import type { Digest } from '../oci/digest.ts';
import { formatReference } from '../oci/reference.ts';
import { PROMOTION, parseRecord } from '../records/statement.ts';
import type { Store } from '../registry/store.ts';
import { type InspectedAttachment, type InspectedImage, inspectReport } from '../reports/inspect.ts';
import type { Format } from '../reports/render.ts';
import { referenceArgument } from './argument.ts';
import { EXIT } from './exit.ts';
import { findImage } from './find-image.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';
import { withStores } from './with-stores.ts';

/** `promote inspect <reference>` */
export async function inspect(
  io: Io,
  text: string,
  options: { readonly file: string; readonly format: Format },
): Promise<number> {
  const reference = referenceArgument(text);
  return await withStores(io, options.file, async stores => {
    const store = stores.store(reference.repository);
    const { digest } = await findImage(store, reference, 'inspect');
    const image = await inspectImage(store, digest, formatReference(reference));
    print(io, inspectReport(image), options.format);
    return EXIT.done;
  });
}

/** Reads an image's platforms, and its attachments, oldest first, which include records of promotions. */
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
