import type { Environment } from '../environments/environments.ts';
import type { Candidate } from '../plan/candidates.ts';
import { approvalGate } from './approval.ts';
import { backwardGate } from './backward.ts';
import type { Facts, Gate, PlanGate, Verdict } from './gate.ts';
import { tagsGate } from './tags.ts';

/** The gates on a single promotion, in the order they are reported. */
const GATES: readonly Gate[] = [tagsGate, backwardGate];

/** The gates on a plan as a whole. */
const PLAN_GATES: readonly PlanGate[] = [approvalGate];

/** Every verdict on one promotion. */
export function evaluateCandidate(candidate: Candidate, facts: Facts): readonly Verdict[] {
  return GATES.map(gate => gate(candidate, facts)).filter(verdict => verdict !== undefined);
}

/** Every verdict on a plan. */
export function evaluatePlan(environment: Environment, facts: Facts): readonly Verdict[] {
  return PLAN_GATES.map(gate => gate(environment, facts)).filter(verdict => verdict !== undefined);
}
