import { shortDigest } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Gate } from './gate.ts';

/** Closed where a tag that never moves already names another digest at a target. */
export const tagsGate: Gate = {
  ofRollbacks: false,
  judge: (candidate, { states }) => {
    for (const { repository, tags } of states.get(candidate.image) ?? []) {
      for (const [name, taken] of tags) {
        if (taken === undefined || taken === candidate.digest || moves(candidate, name)) continue;
        return {
          kind: 'closed',
          gate: 'tags',
          reason: `${repository}:${name} already names ${shortDigest(taken)}, not ${shortDigest(candidate.digest)}`,
          hint: 'a tag never moves: give the build a tag of its own, or mark the template with moves: true',
        };
      }
    }
    return undefined;
  },
};

function moves({ targets }: Candidate, name: string): boolean {
  return targets.some(({ tags }) => tags.some(tag => tag.name === name && tag.moves));
}
