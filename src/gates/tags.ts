import { shortDigest } from '../oci/digest.ts';
import type { Gate } from './gate.ts';

/**
 * Closed if a tag that never moves names another digest at a target already, or another at the source than is
 * pinned. At targets only the candidate's own tags are checked: a repair leaves out tags that have moved on.
 */
export const tagsGate: Gate = {
  onRollback: 'skipped',
  isOfSource: true,
  judge: ({ image, digest, targets, source }, { states, movedSources }) => {
    const moved = movedSources.get(image);
    if (moved !== undefined) {
      return {
        kind: 'closed',
        gate: 'tags',
        reason: `${moved.origin} pins ${moved.tag} at ${shortDigest(digest)}, and ${source.repository}:${moved.tag} names ${shortDigest(moved.named)}`,
        hint: 'find out who moved the tag, set it to the digest that was promoted, or correct the pin',
      };
    }
    const known = states.get(image) ?? [];
    for (const { repository, tags } of targets) {
      const named = known.find(state => state.repository === repository)?.tags;
      for (const { name, moves, digest: wanted = digest } of tags) {
        const taken = named?.get(name);
        if (taken === undefined || taken === wanted || moves) continue;
        return {
          kind: 'closed',
          gate: 'tags',
          reason: `${repository}:${name} already names ${shortDigest(taken)}, not ${shortDigest(wanted)}`,
          hint: 'a tag never moves: give the build a tag of its own, or mark the template with moves: true',
        };
      }
    }
    return undefined;
  },
};
