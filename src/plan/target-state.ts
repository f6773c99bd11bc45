import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Candidate } from './candidates.ts';

/**
 * The state of one target for one candidate. If signing is not configured, signed and recorded are true.
 */
export interface TargetState {
  readonly repository: RepositoryName;
  readonly present: boolean;
  readonly signed: boolean;
  /** Whether the record is there, with its verification summary if promotions leave one. */
  readonly recorded: boolean;
  /** The digest that each wanted tag names now; `undefined` if there is none. */
  readonly tags: ReadonlyMap<string, Digest | undefined>;
  /** Whether signature and record were read and verified; false: the list of referrers names them. */
  readonly verified?: boolean | undefined;
  /** The image's own referrers there; absent: they were not listed. */
  readonly referrers?: readonly Descriptor[] | undefined;
}

/**
 * Whether nothing is left to do: the pins are right, and every target has the image, its signature, record and tags.
 */
export function isComplete(candidate: Candidate, states: readonly TargetState[]): boolean {
  return candidate.edits.length === 0 && missingFacts(candidate, states).length === 0;
}

/** Whether all tags name the candidate at every target; they are set last. */
export function isTagged({ targets, digest }: Candidate, states: readonly TargetState[]): boolean {
  return targets.every(({ repository, tags }) => {
    const state = states.find(known => known.repository === repository);
    return (
      tags.length > 0 && tags.every(({ name, digest: named = digest }) => state?.tags.get(name) === named)
    );
  });
}

/** What the targets lack for a candidate: `image at …`, `signature at …`, `tag 1.2.3 at …`. */
function missingFacts(candidate: Candidate, states: readonly TargetState[]): readonly string[] {
  return candidate.targets.flatMap(({ repository, tags }) => {
    const state = states.find(known => known.repository === repository);
    const missing = [
      ...(state?.present ? [] : ['image']),
      ...(state?.signed ? [] : ['signature']),
      ...(state?.recorded ? [] : ['record']),
      ...tags
        .filter(({ name, digest = candidate.digest }) => state?.tags.get(name) !== digest)
        .map(({ name }) => `tag ${name}`),
    ];
    return missing.map(what => `${what} at ${repository}`);
  });
}
