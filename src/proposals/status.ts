import type { CommitStatus } from '../forges/forge.ts';
import type { PlannedGroup } from '../gates/decide.ts';
import type { DecisionKind } from '../plan/plan.ts';
import { neutralise } from '../reports/neutralise.ts';
import { branchOf, type ProposalRun } from './run.ts';

type Said = Pick<CommitStatus, 'state' | 'description'>;

/** The most characters of a status's description. */
const LONGEST = 140;

/** Sets the group's status on a commit. It links to no run: an unchanged world then sets it once. */
export async function setGroupStatus(
  run: ProposalRun,
  group: string,
  commit: string,
  { state, description }: Said,
): Promise<void> {
  const line = neutralise(description);
  const short = line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
  const context = branchOf(run, group);
  await run.forge.pullRequests.setStatus(commit, { context, state, description: short });
}

/** That everything which must be there before a merge is there. */
export function readyStatus(kind: DecisionKind): Said {
  const what = {
    promotion: 'the images are at their targets: ready to merge',
    rollback: 'what it rolls back to is at its targets: ready to merge',
    hold: 'no image moves: ready to merge',
  } satisfies Record<DecisionKind, string>;
  return { state: 'success', description: what[kind] };
}

/** What the group's gates wait for. */
export function waitingStatus({ verdicts }: PlannedGroup): Said {
  const reasons = verdicts
    .filter(({ kind }) => kind !== 'open')
    .map(({ gate, reason }) => `${gate}: ${reason}`);
  return { state: 'pending', description: neutralise(reasons.join('; ')) };
}
