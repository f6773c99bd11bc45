import type { GroupDecision, Judged } from './decide.ts';

/** The state of one image: its own gates' where they leave it out of the group's plan, else its group's. */
export function imageState<State extends string>(
  { image, verdicts, failure, candidate }: Judged,
  decision: GroupDecision,
  state: State,
): State | 'failed' | 'closed' | 'waiting' | 'nothing' {
  if (failure !== undefined) return 'failed';
  if (isMember(decision, image)) return state;
  if (verdicts.some(({ kind }) => kind === 'closed')) return 'closed';
  if (verdicts.some(({ kind }) => kind === 'waiting')) return 'waiting';
  return state === 'failed' || (state === 'closed' && candidate !== undefined) ? state : 'nothing';
}

/** Whether the group's plan promotes the image. */
export function isMember(decision: GroupDecision, image: string): boolean {
  return 'members' in decision && decision.members.some(member => member.image === image);
}
