import type { GroupDecision, Judged } from './decide.ts';

/** The state of one image: its group's, or its own if its gates leave it out of the group's plan. */
export function imageState<State extends string>(
  { image, verdicts, failure, candidate, isComplete = false }: Judged,
  decision: GroupDecision,
  state: State,
): State | 'failed' | 'closed' | 'waiting' | 'nothing' {
  if (failure !== undefined) return 'failed';
  if (isMember(decision, image)) return state;
  if (verdicts.some(({ kind }) => kind === 'closed')) return 'closed';
  if (verdicts.some(({ kind }) => kind === 'waiting')) return 'waiting';
  if (isComplete) return 'nothing';
  return state === 'failed' || (state === 'closed' && candidate !== undefined) ? state : 'nothing';
}

/** Whether the group's plan promotes the image. */
export function isMember(decision: GroupDecision, image: string): boolean {
  return 'members' in decision && decision.members.some(member => member.image === image);
}

/** The images that the group's plan promotes; without a plan, those left to promote; else all. */
export function concerned(decision: GroupDecision): readonly string[] {
  const { judged, state } = decision;
  const members = 'members' in decision ? decision.members.map(({ image }) => image) : [];
  if (members.length > 0) return members;
  const left = judged.filter(one => imageState(one, decision, state) !== 'nothing');
  return (left.length > 0 ? left : judged).map(({ image }) => image);
}
