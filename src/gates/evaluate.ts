import type { Environment } from '../environments/environments.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Plan } from '../plan/plan.ts';
import { approvalGate } from './approval.ts';
import { backwardGate } from './backward.ts';
import type { Facts } from './facts.ts';
import { freezeGate } from './freeze.ts';
import type { Gate, Need, PlanGate, Verdict } from './gate.ts';
import { holdGate } from './hold.ts';
import { rollbackGate } from './rollback.ts';
import { signatureGate } from './signature.ts';
import { tagsGate } from './tags.ts';
import { versionGate } from './version.ts';

/** The gates on a single promotion, in the order they are reported. */
const GATES: readonly Gate[] = [tagsGate, holdGate, backwardGate, versionGate, signatureGate];

/** The gates on a plan as a whole. */
const PLAN_GATES: readonly PlanGate[] = [rollbackGate, freezeGate, approvalGate];

/** The facts that the gates need of one promotion or rollback. */
export function needsOf(
  candidate: Candidate,
  environment: Environment,
  kind: Facts['kind'],
): readonly Need[] {
  return gatesOf(kind).flatMap(({ needs }) => needs?.(candidate, environment) ?? []);
}

/** Every verdict on one promotion or rollback. */
export function evaluateCandidate(
  candidate: Candidate,
  facts: Facts,
  environment: Environment,
): readonly Verdict[] {
  return gatesOf(facts.kind).flatMap(({ judge }) => judge(candidate, facts, environment) ?? []);
}

/** Every verdict on a plan. */
export function evaluatePlan(plan: Plan, facts: Facts, environment: Environment): readonly Verdict[] {
  return PLAN_GATES.flatMap(({ judge }) => judge(plan, facts, environment) ?? []);
}

function gatesOf(kind: Facts['kind']): readonly Gate[] {
  return kind === 'promotion' ? GATES : GATES.filter(({ ofRollbacks }) => ofRollbacks);
}
