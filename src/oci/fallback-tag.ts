import { algorithmOf, type Digest, hexOf } from './digest.ts';

/**
 * The tag that lists a digest's referrers in a registry without a referrers API.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
 */
export function fallbackTag(subject: Digest): string {
  return `${algorithmOf(subject)}-${hexOf(subject).slice(0, 64)}`;
}
