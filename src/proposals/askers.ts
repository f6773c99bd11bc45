import { requestersOf } from '../gates/approvals.ts';
import type { PromotionRequest, Requester } from '../plan/request.ts';

/** Who asked by starting this CI run, by the forge's word where it gives one. */
export type RunAskers = (told: readonly Requester[]) => Promise<readonly Requester[]>;

/** Who asks in this run, by the forge's own word; it is asked only where that decides or is written down. */
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
