import { requestersOf } from '../gates/approvals.ts';
import type { PromotionRequest, Requester } from '../plan/request.ts';

/** Finds who asked by starting this CI run, as the forge reports it if it can. */
export type RunAskers = (told: readonly Requester[]) => Promise<readonly Requester[]>;

/** Who asks in this run, as the forge reports it. It is queried only if the answer decides or is recorded. */
export async function askersOf({
  effects: { runAskers },
  request,
}: {
  readonly effects: { readonly runAskers?: RunAskers };
  readonly request: PromotionRequest;
}): Promise<readonly Requester[]> {
  const { requesters = [] } = request;
  return requestersOf({ ...request, requesters: (await runAskers?.(requesters)) ?? requesters });
}
