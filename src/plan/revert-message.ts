import type { Candidate } from './candidates.ts';
import { candidateLine, commitSubject, oneLine, trailers } from './commit-message.ts';
import type { HistoryEvent } from './history.ts';
import type { Plan } from './plan.ts';
import type { Requester } from './request.ts';

/** What the message of a reverting commit says. */
export interface Revert {
  readonly plan: Plan;
  readonly members: readonly Candidate[];
  /** The commits it reverts, newest first. */
  readonly undone: readonly Pick<HistoryEvent, 'commit' | 'subject'>[];
  readonly reason?: string | undefined;
  readonly requesters: readonly Requester[];
}

/** The message of a rollback's commit, as `git revert` begins it, with promote's trailers at its end. */
export function revertMessage(revert: Revert): string {
  const { plan, members, undone, reason, requesters } = revert;
  const paragraphs = [
    subject(revert),
    ...(undone.length === 0 ? [] : [undone.map(({ commit }) => `This reverts commit ${commit}.`).join('\n')]),
    ...(reason === undefined ? [] : [`Reason: ${oneLine(reason)}`]),
    members.map(candidateLine).join('\n'),
    trailers(plan, members, requesters).join('\n'),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

function subject({ plan, members, undone }: Revert): string {
  const [only, ...others] = undone;
  return only === undefined || others.length > 0 ? commitSubject(plan, members) : `Revert "${only.subject}"`;
}
