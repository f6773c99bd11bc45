import { requestersOf } from '../gates/approvals.ts';
import type { PromotionRequest, Requester } from '../plan/request.ts';

/** Finds who asked by starting this CI run, and whom the caller names, as the forge reports it if it can. */
export type RunAskers = (told: readonly Requester[], named?: string) => Promise<readonly Requester[]>;

/** Who asks in this run, as the forge reports it. It is queried only if the answer decides or is recorded. */
export async function askersOf({
  effects: { runAskers },
  request,
}: {
  readonly effects: { readonly runAskers?: RunAskers };
  readonly request: PromotionRequest;
}): Promise<readonly Requester[]> {
  const { requesters = [], requestedBy } = request;
  const asked = await runAskers?.(requesters, requestedBy);
  return requestersOf({ ...request, requesters: asked ?? requesters });
}
