import type { GroupDecision } from '../gates/decide.ts';

/** The labels that say how far a pull request is, so that lists can be filtered and other programs can act. */
const LABELS = {
  waiting: 'promote: waiting',
  ready: 'promote: ready',
  blocked: 'promote: blocked',
} as const;

/** The label of a group's pull request, and those of the states that it has left. */
export function stateLabels(
  { state }: GroupDecision,
  stopped: string | undefined,
): { readonly labels: readonly string[]; readonly unwanted: readonly string[] } {
  const label = labelOf(state, stopped);
  return { labels: [label], unwanted: Object.values(LABELS).filter(other => other !== label) };
}

function labelOf(state: GroupDecision['state'], stopped: string | undefined): string {
  if (stopped !== undefined) return LABELS.blocked;
  switch (state) {
    case 'ready':
      return LABELS.ready;
    case 'closed':
    case 'failed':
      return LABELS.blocked;
    default:
      return LABELS.waiting;
  }
}
