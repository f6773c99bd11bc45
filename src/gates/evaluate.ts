import type { Environment } from '../environments/environments.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Plan } from '../plan/plan.ts';
import { approvalGate } from './approval.ts';
import { backwardGate } from './backward.ts';
import type { Facts, Gate, Need, Needs, PlanGate, Verdict } from './gate.ts';
import { holdGate } from './hold.ts';
import { rollbackGate } from './rollback.ts';
import { signatureGate, signatureNeeds } from './signature.ts';
import { tagsGate } from './tags.ts';

/** The gates on a single promotion, in the order they are reported. */
const GATES: readonly Gate[] = [tagsGate, holdGate, backwardGate, signatureGate];

/** The gates that hold for a rollback too. */
const ROLLBACK_GATES: readonly Gate[] = [holdGate, signatureGate];

/** What those gates need to know beforehand. */
const NEEDS: readonly Needs[] = [signatureNeeds];

/** The gates on a plan as a whole. */
const PLAN_GATES: readonly PlanGate[] = [rollbackGate, approvalGate];

/** The facts that the configured gates need of one promotion. */
export function needsOf(environment: Environment, candidate: Candidate): readonly Need[] {
  return NEEDS.flatMap(needs => needs(environment, candidate));
}

/** Every verdict on one promotion. */
export function evaluateCandidate(
  environment: Environment,
  candidate: Candidate,
  facts: Facts,
): readonly Verdict[] {
  return GATES.map(gate => gate(candidate, facts, environment)).filter(verdict => verdict !== undefined);
}

/** Every verdict on rolling one image back. */
export function evaluateRollback(
  environment: Environment,
  candidate: Candidate,
  facts: Facts,
): readonly Verdict[] {
  return ROLLBACK_GATES.map(gate => gate(candidate, facts, environment)).filter(
    verdict => verdict !== undefined,
  );
}

/** Every verdict on a plan. */
export function evaluatePlan(environment: Environment, facts: Facts, plan: Plan): readonly Verdict[] {
  return PLAN_GATES.map(gate => gate(environment, facts, plan)).filter(verdict => verdict !== undefined);
}
