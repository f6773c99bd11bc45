import type { CommitStatus, PullRequest } from '../forges/forge.ts';
import type { PlannedGroup } from '../gates/decide.ts';
import { formerStatus, GATE_STATUS } from '../plan/gate-status.ts';
import type { DecisionKind } from '../plan/plan.ts';
import { neutralise } from '../reports/neutralise.ts';
import type { ProposalRun } from './run.ts';

type Said = Pick<CommitStatus, 'state' | 'description'>;

/** The most characters of a status's description. */
const LONGEST = 140;

/**
 * Sets the status that the branch requires, and the group's own, which branches required before. Both are set where the
 * merge of the pull request looks for them. They link to no run, so that nothing is written while nothing changes.
 */
export async function setGroupStatus(
  run: ProposalRun,
  group: string,
  commit: string,
  { state, description }: Said,
  pullRequest: Pick<PullRequest, 'number' | 'url'> | undefined,
): Promise<void> {
  const status = {
    context: GATE_STATUS,
    former: formerStatus(run.environment.name, group),
    state,
    description: statusLine(description),
    url: pullRequest?.url,
  };
  await run.forge.pullRequests.setStatus(commit, status, pullRequest?.number);
}

/** A status's description: one line, cut where forges would refuse it. */
export function statusLine(description: string): string {
  const line = neutralise(description);
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/** The status of a pull request that is ready to be merged. */
export function readyStatus(kind: DecisionKind, branch: string): Said {
  const what = {
    promotion: 'the images are at their targets',
    rollback: 'what it rolls back to is at its targets',
    hold: 'no image moves',
  } satisfies Record<DecisionKind, string>;
  // A status belongs to its commit, and stays if the pull request gets another base.
  return { state: 'success', description: `${what[kind]}: ready to merge into ${branch}` };
}

/** The status of a group whose gates are not all open: a failure if one is closed. */
export function waitingStatus({ verdicts, judged, members }: PlannedGroup): Said {
  const ofMembers = judged
    .filter(({ image }) => members.some(member => member.image === image))
    .flatMap(({ image, verdicts: own }) => own.map(verdict => ({ ...verdict, of: `${image}: ` })));
  const reasons = [...verdicts.map(verdict => ({ ...verdict, of: '' })), ...ofMembers]
    .filter(({ kind }) => kind !== 'open')
    .map(({ of, gate, reason }) => `${of}${gate}: ${reason}`);
  const state = verdicts.some(({ kind }) => kind === 'closed') ? 'failure' : 'pending';
  return { state, description: neutralise(reasons.join('; ')) };
}
