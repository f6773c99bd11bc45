import { algorithmOf, type Digest, hexOf, isDigest } from './digest.ts';
import { isTag } from './reference.ts';

/** What cosign keeps under tags: signatures, attestations, and SBOMs as they are. */
export const COSIGN_KINDS = ['sig', 'att', 'sbom'] as const;

/** The tag under which cosign keeps evidence of a manifest; `undefined` where no tag can, as for SHA-512. */
export function cosignTag(digest: Digest, kind: (typeof COSIGN_KINDS)[number]): string | undefined {
  const tag = `${algorithmOf(digest)}-${hexOf(digest)}.${kind}`;
  return isTag(tag) ? tag : undefined;
}

/** The manifest that a tag of cosign's keeps evidence of; `undefined` for any other tag. */
export function cosignSubject(tag: string): Digest | undefined {
  const [subject = '', kind] = tag.split('.');
  const digest = subject.replace('-', ':');
  return COSIGN_KINDS.some(known => known === kind) && isDigest(digest) ? digest : undefined;
}
