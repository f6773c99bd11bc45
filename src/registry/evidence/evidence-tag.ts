import { cosignSubject } from '../../oci/cosign-tag.ts';

const FALLBACK_TAG = /^[a-z0-9]+-[0-9a-f]{64}$/;

/** Whether a tag has evidence by convention: a list of referrers, or one of cosign's kinds of evidence. */
export function isEvidenceTag(tag: string): boolean {
  return FALLBACK_TAG.test(tag) || cosignSubject(tag) !== undefined;
}
