import { algorithmOf, type Digest, hexOf, isDigest } from './digest.ts';
import { isTag } from './reference.ts';

/** The evidence that cosign keeps under tags: signatures, attestations, and SBOMs without a wrapper. */
export const COSIGN_KINDS = ['sig', 'att', 'sbom'] as const;

/** The tag of cosign's evidence of a manifest; `undefined` if there can be none, as for SHA-512. */
export function cosignTag(digest: Digest, kind: (typeof COSIGN_KINDS)[number]): string | undefined {
  const tag = `${algorithmOf(digest)}-${hexOf(digest)}.${kind}`;
  return isTag(tag) ? tag : undefined;
}

/** The manifest whose evidence is under a cosign tag; `undefined` for any other tag. */
export function cosignSubject(tag: string): Digest | undefined {
  const [subject = '', kind] = tag.split('.');
  const digest = subject.replace('-', ':');
  return COSIGN_KINDS.some(known => known === kind) && isDigest(digest) ? digest : undefined;
}
