import type { Environment } from '../environments/environments.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Plan } from '../plan/plan.ts';
import { approvalGate } from './approval.ts';
import { backwardGate } from './backward.ts';
import { checksGate } from './checks.ts';
import type { Facts } from './facts.ts';
import { freezeGate } from './freeze.ts';
import type { Gate, Need, OnRollback, PlanGate, Verdict } from './gate.ts';
import { holdGate } from './hold.ts';
import { judgeInSources } from './judge-in-sources.ts';
import { predecessorGate } from './predecessor.ts';
import { provenanceGate } from './provenance.ts';
import { rollbackGate } from './rollback.ts';
import { signatureGate } from './signature.ts';
import { signedApprovalGate } from './signed-approval.ts';
import { soakGate } from './soak.ts';
import { tagsGate } from './tags.ts';
import { versionGate } from './version.ts';
import { vulnerabilitiesGate } from './vulnerabilities.ts';

/** The gates on a single promotion, in the order they are reported. */
const GATES: readonly Gate[] = [
  tagsGate,
  holdGate,
  backwardGate,
  versionGate,
  soakGate,
  checksGate,
  signatureGate,
  provenanceGate,
  vulnerabilitiesGate,
  predecessorGate,
];

/** The gates on a plan as a whole. */
const PLAN_GATES: readonly PlanGate[] = [rollbackGate, freezeGate, approvalGate, signedApprovalGate];

/** The facts that the gates need of one promotion or rollback. */
export function needsOf(
  candidate: Candidate,
  environment: Environment,
  kind: Facts['kind'],
): readonly Need[] {
  return gatesOf(GATES, kind).flatMap(({ needs }) => needs?.(candidate, environment) ?? []);
}

/** Every verdict on one promotion or rollback. */
export function evaluateCandidate(
  candidate: Candidate,
  facts: Facts,
  environment: Environment,
): readonly Verdict[] {
  return gatesOf(GATES, facts.kind).flatMap(gate => {
    const { onRollback } = gate;
    const verdict = judgeInSources(gate, candidate, facts, environment);
    return verdict === undefined ? [] : meant(verdict, facts.kind, onRollback, environment);
  });
}

/** Every verdict on a plan. */
export function evaluatePlan(plan: Plan, facts: Facts, environment: Environment): readonly Verdict[] {
  return gatesOf(PLAN_GATES, plan.kind).flatMap(({ judge, onRollback }) => {
    const verdict = judge(plan, facts, environment);
    return verdict === undefined ? [] : meant(verdict, plan.kind, onRollback, environment);
  });
}

function gatesOf<One extends Pick<Gate, 'onRollback'>>(
  gates: readonly One[],
  kind: Plan['kind'],
): readonly One[] {
  return kind !== 'rollback' ? gates : gates.filter(({ onRollback }) => onRollback !== 'skipped');
}

/** The verdict, or an open one with a warning if the gate does not decide about rollbacks. */
function meant(
  verdict: Verdict,
  kind: Plan['kind'],
  onRollback: OnRollback,
  { rollback }: Environment,
): Verdict {
  const { gate, reason, evidence } = verdict;
  const decides = kind !== 'rollback' || onRollback === 'decides' || rollback?.gates?.includes(gate);
  if (decides || verdict.kind === 'open') return verdict;
  return { kind: 'open', gate, reason: `warning: a promotion would be ${verdict.kind}: ${reason}`, evidence };
}
