import type { GroupDecision } from '../gates/decide.ts';
import type { Tone } from './document.ts';

/** The state of a group. */
export type GroupState = GroupDecision['state'] | 'done' | 'declined';

/** The state of a decision. A plan with a closed gate is closed, though its pull request still takes reviews. */
export function decidedState(decision: GroupDecision): GroupDecision['state'] {
  return 'plan' in decision && decision.verdicts.some(({ kind }) => kind === 'closed')
    ? 'closed'
    : decision.state;
}

/** The words for each state. */
export const STATE_WORDS = {
  done: 'done',
  ready: 'ready',
  nothing: 'nothing to do',
  waiting: 'waiting',
  closed: 'closed',
  declined: 'declined',
  failed: 'failed',
} satisfies Record<GroupState, string>;

/** The colours of each state. */
export const STATE_TONES = {
  done: 'good',
  ready: 'good',
  nothing: 'quiet',
  waiting: 'wait',
  closed: 'bad',
  declined: 'quiet',
  failed: 'bad',
} satisfies Record<GroupState, Tone>;
