import { algorithmOf, type Digest, hexOf } from './digest.ts';
import { isTag } from './reference.ts';

/** What cosign keeps under tags: signatures, attestations, and SBOMs as they stand. */
export const COSIGN_KINDS = ['sig', 'att', 'sbom'] as const;

/** The tag under which cosign keeps evidence of a manifest; `undefined` where no tag can, as for SHA-512. */
export function cosignTag(digest: Digest, kind: (typeof COSIGN_KINDS)[number]): string | undefined {
  const tag = `${algorithmOf(digest)}-${hexOf(digest)}.${kind}`;
  return isTag(tag) ? tag : undefined;
}
