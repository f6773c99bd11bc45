import type { Candidate } from './candidates.ts';
import { type Asked, candidateLine, commitSubject, namedVersion, trailers } from './commit-message.ts';
import type { HistoryEvent } from './history.ts';
import { environmentMessage, type MessageRules, oneLine } from './message-template.ts';
import type { Plan } from './plan.ts';

/** What the message of a reverting commit says. */
export interface Revert extends Asked {
  readonly rules: MessageRules;
  readonly plan: Plan;
  readonly members: readonly Candidate[];
  /** The commits it reverts, newest first. */
  readonly undone: readonly Pick<HistoryEvent, 'commit' | 'subject'>[];
  readonly reason?: string | undefined;
}

/** The message of a rollback's commit, as `git revert` begins it, with promote's trailers at its end. */
export function revertMessage(revert: Revert): string {
  const { rules, plan, members, undone, reason, requesters, tickets } = revert;
  const summary = summaryOf(revert);
  // A template's subject may lack the words by which a reader recognises a rollback.
  const unsaid = undone.length === 0 && rules.commits?.message !== undefined ? [summary] : [];
  return environmentMessage(rules, {
    summary,
    group: plan.group,
    images: members.map(namedVersion),
    notes: [
      ...unsaid,
      ...(undone.length === 0
        ? []
        : [undone.map(({ commit }) => `This reverts commit ${commit}.`).join('\n')]),
      ...(reason === undefined ? [] : [`Reason: ${oneLine(reason)}`]),
    ],
    changes: members.map(candidateLine),
    tickets,
    trailers: trailers(plan, members, requesters),
  });
}

function summaryOf({ plan, members, undone }: Revert): string {
  const [only, ...others] = undone;
  return only === undefined || others.length > 0 ? commitSubject(plan, members) : `Revert "${only.subject}"`;
}
