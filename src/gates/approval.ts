import type { PlanGate } from './gate.ts';

/** Waits until as many distinct permitted people as asked for are stated to have approved. */
export const approvalGate: PlanGate = ({ name, gates }, { approvedBy }) => {
  const { approval } = gates;
  if (approval === undefined) return undefined;
  const { count, users } = approval;
  const stated = [...new Set(approvedBy)];
  const counted = users.length === 0 ? stated : stated.filter(person => users.includes(person));
  const tally = `${counted.length} of ${count}`;
  if (counted.length >= count) {
    return {
      kind: 'open',
      gate: 'approval',
      reason: `${tally}, stated without proof: ${counted.join(', ')}`,
    };
  }
  const from = users.length === 0 ? '' : ` by ${users.join(', ')}`;
  return {
    kind: 'waiting',
    gate: 'approval',
    reason: `${tally} approvals${from}`,
    hint: `state who approved with promote apply ${name} --approved-by <name>`,
  };
};
