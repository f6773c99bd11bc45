import { rethrowDefect } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { verifyDigest } from '../../oci/digest.ts';
import { MANIFEST_LIMIT, type ManifestContent, refuseOtherKind, shapeOf } from '../../oci/manifest.ts';
import { readSmallBlob } from './blobs.ts';

/** The known facts about an unread manifest: its digest, and the media type if an entry names one. */
export type KnownManifest = Pick<Descriptor, 'digest'> & Partial<Pick<Descriptor, 'mediaType'>>;

/**
 * A manifest's verified bytes. Its media type comes from the bytes, else from its entry, else from their
 * shape. `undefined` if it is absent or the digest is of other content.
 */
export async function readManifest(
  directory: string,
  { digest, mediaType }: KnownManifest,
  subject: string,
): Promise<ManifestContent | undefined> {
  const bytes = await readSmallBlob(directory, digest, MANIFEST_LIMIT);
  if (bytes === undefined) return undefined;
  verifyDigest(digest, bytes, subject);
  const body = parse(bytes);
  const type = typeof body?.mediaType === 'string' ? body.mediaType : (mediaType ?? (body && shapeOf(body)));
  if (body !== undefined && type !== undefined) refuseOtherKind(body, type, subject);
  return type === undefined
    ? undefined
    : { descriptor: { mediaType: type, digest, size: bytes.length }, bytes };
}

function parse(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const body: Record<string, unknown> | null = JSON.parse(new TextDecoder().decode(bytes));
    return body?.schemaVersion === 2 ? body : undefined;
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
