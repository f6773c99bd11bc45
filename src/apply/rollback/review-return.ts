import type { Hold } from '../../environments/holds/holds.ts';
import type { GroupDecision } from '../../gates/decide.ts';
import type { HistoryEvent } from '../../plan/history.ts';
import type { Base } from '../../plan/snapshot.ts';
import type { Review } from '../group-context.ts';
import { judgeGroup } from '../pull-request/judge-group.ts';
import { branchOf, type Scene } from '../pull-request/scene.ts';
import type { JudgedRollback } from './judge-rollback.ts';
import { asProposed, holdingAll } from './rollback-holds.ts';

/** What a rollback keeps out and takes back, and whether an earlier run proposed it. */
interface Returning {
  readonly holds: readonly Hold[];
  readonly undone: readonly HistoryEvent[];
  readonly wasProposed: boolean;
}

/** A rollback's decision with the reviews of its pull request counted; without a scene there is none. */
export async function judgeReturnReview(
  given: Scene | undefined,
  { base, decision, reviewed }: JudgedRollback,
  { holds, undone, wasProposed }: Returning,
): Promise<{ readonly base: Base; readonly decision: GroupDecision; readonly review?: Review }> {
  // Where nothing goes back there is nothing to name a pull request by.
  const isUnnamed = decision.state === 'nothing' && !wasProposed;
  if (given === undefined || isUnnamed) return { base, decision };
  const { environment, forge } = given;
  const members = 'members' in decision ? decision.members : [];
  const scene: Scene = {
    ...given,
    // What is asked of going back stands in for what is asked of promotions.
    environment: { ...environment, gates: environment.rollback ?? {} },
    reverts: undone,
    editHolds: proposed => holdingAll(environment, members, asProposed(holds, proposed)),
  };
  const pullRequest = await forge.pullRequests.find(branchOf(scene, decision.group), base.branch);
  // Who asks for it now wants it, whoever closed an earlier proposal.
  const isOver = pullRequest?.state === 'closed' && !wasProposed;
  if (pullRequest === undefined || isOver) return { base, decision, review: { scene } };
  const judged = await judgeGroup(
    scene,
    { reviewed: (_, reviews) => reviewed(reviews) },
    decision,
    pullRequest,
  );
  return { base, decision: judged.decision, review: { scene, found: judged.proposal } };
}
