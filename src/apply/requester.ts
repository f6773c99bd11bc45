import type { Requester } from '../gates/approvals.ts';
import type { PromotionRequest } from './effects.ts';

/** Who asked for the promotion, if anybody is known to have. */
export function requesterOf({ requestedBy, requestedById }: PromotionRequest): readonly Requester[] {
  if (requestedBy === undefined) return [];
  return [{ name: requestedBy, ...(requestedById === undefined ? {} : { id: requestedById }) }];
}
