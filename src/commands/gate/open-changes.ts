import { planEnvironment } from '../../apply/plan-environment.ts';
import type { Environment } from '../../environments/environments.ts';
import type { Candidate } from '../../plan/candidates.ts';
import { type GroupChange, promotionChange } from '../../proposals/group-change.ts';
import { checkClosure } from '../../registry/copy/check-closure.ts';
import { missingFormats } from '../../signing/sign.ts';
import { gateRequest } from './judge-change.ts';
import type { GatePlace } from './place.ts';

/** A proposal that may be merged now, and the commit that its branch points at. */
export interface OpenChange {
  readonly change: GroupChange;
  readonly head: string;
}

/** The proposals of an environment that may be merged now. */
export async function openChanges(
  { effects, environments }: GatePlace,
  environment: Environment,
): Promise<readonly OpenChange[]> {
  const planned = await planEnvironment(effects, environments, gateRequest(environment.name));
  const promotions = planned.groups.flatMap(decision => {
    const proposal = planned.proposals.get(decision.group);
    if (decision.state !== 'ready' || proposal?.state !== 'current') return [];
    return [{ change: promotionChange(environment, decision), head: proposal.pullRequest.head }];
  });
  const rollbacks = planned.rollbacks.flatMap(({ prepared: { decision, change, found } }) =>
    decision.state === 'ready' && found?.state === 'current'
      ? [{ change, head: found.pullRequest.head }]
      : [],
  );
  return [...promotions, ...rollbacks];
}

/** Whether every target has the complete images and, if signing is configured, their signatures. */
export async function areThere(
  { effects }: GatePlace,
  { signing }: Environment,
  members: readonly Candidate[],
): Promise<boolean> {
  const ours = signing && (await effects.signing(signing));
  const checked = members.flatMap(({ digest, targets }) =>
    targets.map(async ({ repository }) => {
      const store = effects.store(repository);
      if ((await checkClosure(store, digest)).lacks.length > 0) return false;
      if (ours === undefined) return true;
      const search = { store, digest, referrers: await store.referrers(digest), trust: ours.trust };
      return (await missingFormats(search, ours.formats)).length === 0;
    }),
  );
  return (await Promise.all(checked)).every(Boolean);
}
