import type { PlanGate } from './gate.ts';

/** Waits until enough different people have signed exactly this plan, as the environment is pinned now. */
export const signedApprovalGate: PlanGate = {
  onRollback: 'decides',
  judge: (plan, { signed, reviews, now, command, again, writesPlans }, { gates, rollback }) => {
    const gate = (plan.kind === 'rollback' ? rollback : gates)?.approval?.signed;
    if (gate === undefined) return undefined;
    const { count, signers } = gate;
    const able = signers.map(({ name }) => name).join(', ');
    const tally = (given: number) => `${given} of ${count} signed approvals by ${able}`;
    // If no approvals are read, as in a forecast, none counts.
    if (signed === undefined)
      return { kind: 'waiting', gate: 'approval', reason: tally(0), hint: `look again: ${again()}` };
    const asked = reviews.get(plan.group)?.requesters ?? [];
    const { approvals, ignored, closesAt } = signed.tally(gate, plan, signed, { now, asked });
    const names = approvals.map(({ name }) => name).join(', ');
    const notes = ignored.length === 0 ? [] : [`not counted: ${ignored.join(', ')}`];
    const manifests = approvals.flatMap(one => (one.kind === 'signature' ? (one.manifest ?? []) : []));
    const evidence = manifests.length === 0 ? undefined : manifests.toSorted();
    if (closesAt !== undefined) {
      const reason = [`signed by ${approvals.length} of ${count}: ${names}`, ...notes].join('; ');
      return { kind: 'open', gate: 'approval', reason, approvals, evidence, closesAt };
    }
    const sofar = approvals.length === 0 ? [] : [`so far ${names}`];
    const reason = [tally(approvals.length), ...sofar, ...notes].join('; ');
    const sign = (what: string) => command('approve', what, '--key', '<key>', '--attach');
    const hint =
      writesPlans === undefined
        ? `sign it: ${sign(plan.digest)}`
        : `write its plan: ${writesPlans}; sign that: ${sign('plan.json')}`;
    return { kind: 'waiting', gate: 'approval', reason, hint, approvals, evidence };
  },
};
