import type { MergeOutcome } from '../../forge.ts';
import type { MergeLook } from './merge-look.ts';

type Refused = Extract<MergeOutcome, { readonly kind: 'refused' }>;

/** What a branch asks of a merge. */
export interface MergeDemands {
  /** The statuses and check runs that it requires. */
  readonly contexts: readonly string[];
  /** Whatever else its rules ask for, in words. */
  readonly others: readonly string[];
}

/** Whether neither reviews nor checks show why a pull request is blocked. */
export function isUnexplained({ review, checks }: MergeLook): boolean {
  return !OF_REVIEWS.has(review ?? '') && checks.every(({ isDone, isFailed }) => isDone && !isFailed);
}

const OF_REVIEWS = new Set(['REVIEW_REQUIRED', 'CHANGES_REQUESTED']);

/**
 * Why GitHub would refuse a merge, as far as it shows beforehand. `undefined`: the merge may succeed, or only
 * its request shows why not.
 */
export function blockerOf(look: MergeLook, demands: MergeDemands): Refused | undefined {
  switch (look.status) {
    case 'BEHIND':
      return {
        kind: 'refused',
        needs: 'update',
        reason: 'its branch is behind its base, which must be merged in',
      };
    case 'DIRTY':
      return person('it conflicts with its base');
    case 'DRAFT':
      return person('it is a draft: mark it ready for review');
    case 'BLOCKED':
      return blocked(look, demands);
    default:
      return undefined;
  }
}

function blocked(
  { review, checks, passesRules }: MergeLook,
  { contexts, others }: MergeDemands,
): Refused | undefined {
  if (review === 'REVIEW_REQUIRED') return person("GitHub's own rules ask for a review of it");
  if (review === 'CHANGES_REQUESTED') return person('a reviewer asks for changes');
  const failed = checks.filter(({ isFailed }) => isFailed).map(({ name }) => name);
  if (failed.length > 0) return person(`${failed.join(', ')} failed`);
  const there = new Set(checks.map(({ name }) => name));
  const awaited = [
    ...checks.filter(({ isDone }) => !isDone).map(({ name }) => name),
    ...contexts.filter(name => !there.has(name)),
  ];
  if (awaited.length === 0 && passesRules) return undefined;
  if (awaited.length === 0) {
    const why = others.length === 0 ? 'its page says why' : `they ask that ${others.join(', and that ')}`;
    return person(`rules of its base keep it back: ${why}`);
  }
  return {
    kind: 'refused',
    needs: 'checks',
    reason: `${[...new Set(awaited)].join(', ')} must be there first`,
  };
}

function person(reason: string): Refused {
  return { kind: 'refused', needs: 'person', reason };
}

/** What a merge lacks, by GitHub's words of its refusal. */
export function refusedBecause(said: string): Refused {
  if (/out of date|not up.to.date/i.test(said)) return { kind: 'refused', needs: 'update', reason: said };
  if (
    /required status checks?|is expected|is pending|in progress/i.test(said) &&
    !/failing|failed/i.test(said)
  )
    return { kind: 'refused', needs: 'checks', reason: said };
  return person(said);
}
