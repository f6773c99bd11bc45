import type { Requester } from '../gates/approvals.ts';
import type { PromotionRequest } from './effects.ts';

/** Who asked for the promotion, if anybody is known to have: whom it names, and who started the run. */
export function requesterOf({ requestedBy, requestedById }: PromotionRequest): readonly Requester[] {
  if (requestedBy === undefined) return [];
  const named = { name: requestedBy };
  return requestedById === undefined ? [named] : [named, { ...named, id: requestedById }];
}
