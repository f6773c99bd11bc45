import { algorithmOf, type Digest, hexOf } from '../../oci/digest.ts';
import { isTag } from '../../oci/reference.ts';
import type { ReadImage } from './read-image.ts';

/** What evidence of an image may be about: the image, and the platform that is told of. */
export function subjectsOf({ digest, platform }: ReadImage): readonly Digest[] {
  return [...new Set([digest, platform?.digest ?? digest])];
}

/** The tag under which cosign keeps evidence of a manifest; `undefined` where no tag can, as for SHA-512. */
export function evidenceTag(digest: Digest, kind: 'sig' | 'att' | 'sbom'): string | undefined {
  const tag = `${algorithmOf(digest)}-${hexOf(digest)}.${kind}`;
  return isTag(tag) ? tag : undefined;
}
