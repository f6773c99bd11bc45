import type { Review } from '../../forge.ts';

/** A review as GitHub lists it; `canWrite` is there where GitHub shows it with the review. */
export type GivenOpinion = Omit<Review, 'canWrite'> & { readonly canWrite?: boolean | undefined };

/** The states of reviews that are an opinion; comments are not. */
export const VERDICTS: ReadonlyMap<string, Review['verdict']> = new Map([
  ['APPROVED', 'approved'],
  ['CHANGES_REQUESTED', 'changes-requested'],
  ['DISMISSED', 'dismissed'],
]);
