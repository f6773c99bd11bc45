import type { Environment } from '../environments/environments.ts';
import type { PromoteError } from '../errors.ts';
import type { Candidate, ImageOutcome } from '../plan/candidates.ts';
import { groupOf, isIndivisible } from '../plan/groups.ts';
import type { Plan } from '../plan/plan.ts';
import { isComplete, isTagged, type TargetState } from '../plan/target-state.ts';
import { evaluateCandidate, evaluatePlan } from './evaluate.ts';
import type { Facts } from './facts.ts';
import type { Verdict } from './gate.ts';
import { withheldReason } from './withheld.ts';

/** One image and its verdicts; without a candidate if its source is not one digest. */
export interface Judged {
  readonly image: string;
  readonly candidate?: Candidate;
  readonly verdicts: readonly Verdict[];
  /** Whether all its tags name it already, so that only its pins are left to promote. */
  readonly isTagged?: boolean;
  /** Whether nothing of it is left to promote, so that no gate was asked. */
  readonly isComplete?: boolean;
  /** What was found at its targets, if nothing is left to promote. */
  readonly states?: readonly TargetState[];
  /** Why not even new evidence of a complete image may be copied. */
  readonly withheld?: string | undefined;
  /** The error that kept the image from being decided. */
  readonly failure?: PromoteError;
}

interface Considered {
  readonly group: string;
  /** All images of the group, those left out too. */
  readonly judged: readonly Judged[];
}

/**
 * A group without members: nothing is left to promote, or closed gates leave all out. `failed`: an image could not be
 * decided; leaving it out would make another plan. `waiting`: the sources do not say yet which digest it is.
 */
export interface EmptyGroup extends Considered {
  readonly state: 'nothing' | 'waiting' | 'closed' | 'failed';
}

/** A group with members, and their plan. */
export interface PlannedGroup extends Considered {
  readonly state: 'waiting' | 'ready';
  readonly plan: Plan;
  readonly members: readonly Candidate[];
  readonly verdicts: readonly Verdict[];
}

/** What was decided about a group. */
export type GroupDecision = EmptyGroup | PlannedGroup;

/**
 * Groups the candidates, leaves out images with a closed gate, and judges each group's plan. A waiting image
 * is left out while others of its group can be promoted; a named group is never split.
 */
export function decide(input: {
  readonly environment: Environment;
  readonly planOf: (group: string, members: readonly Candidate[]) => Plan;
  readonly outcomes: readonly ImageOutcome[];
  readonly facts: Facts;
  /** Whether waiting images stay in their groups, as in a proposal that is kept. */
  readonly keepWaiting?: boolean;
}): readonly GroupDecision[] {
  const { environment, facts, outcomes } = input;
  const judged = outcomes.flatMap(outcome => judge(environment, outcome, facts));
  const groups = Map.groupBy(judged, ({ image }) => groupOf(environment.grouping, image));
  return [...groups].map(([group, members]) => decideGroup(input, group, members));
}

/** Whether any gate is closed, on an image or on the plan. */
export function hasClosedGate(decision: GroupDecision): boolean {
  return decision.judged.some(isClosed) || ('plan' in decision && isClosed(decision));
}

/** Whether nothing is left to promote of any image, so that it may have newer evidence. */
export function hasComplete(groups: readonly GroupDecision[]): boolean {
  return groups.some(({ judged }) => judged.some(({ isComplete }) => isComplete));
}

/** Whether any image could not be decided. */
export function hasFailed(decision: GroupDecision): boolean {
  return decision.state === 'failed';
}

function judge(environment: Environment, outcome: ImageOutcome, facts: Facts): readonly Judged[] {
  const name = outcome.kind === 'candidate' ? outcome.candidate.image : outcome.image;
  const failure = facts.failures.get(name);
  if (failure) return [{ image: name, verdicts: [], failure }];
  switch (outcome.kind) {
    case 'absent':
      return [];
    case 'waiting':
    case 'closed': {
      const { kind, image, gate, reason, hint } = outcome;
      return [{ image, verdicts: [{ kind, gate, reason, hint }] }];
    }
    case 'candidate': {
      const { candidate } = outcome;
      const { image } = candidate;
      const states = facts.states.get(image) ?? [];
      const isDone = isComplete(candidate, states);
      const known = { image, candidate, isTagged: isTagged(candidate, states), isComplete: isDone };
      if (!isDone) return [{ ...known, verdicts: evaluateCandidate(candidate, facts, environment) }];
      return [{ ...known, verdicts: [], states, withheld: withheldReason(candidate, facts, environment) }];
    }
  }
}

function decideGroup(
  { environment, planOf, facts, keepWaiting = false }: Parameters<typeof decide>[0],
  group: string,
  judged: readonly Judged[],
): GroupDecision {
  const considered = { group, judged };
  if (judged.some(({ failure }) => failure !== undefined)) return { ...considered, state: 'failed' };
  const closed = judged.filter(isClosed);
  const isWhole = isIndivisible(environment.grouping, group);
  if (closed.length > 0 && isWhole) return { ...considered, state: 'closed' };
  const isAwaited = judged.some(entry => entry.candidate === undefined && isWaiting(entry));
  if (isAwaited && isWhole) return { ...considered, state: 'waiting' };
  const due = judged.filter(entry => !isClosed(entry) && isDue(entry, facts));
  const open = due.filter(entry => !isWaiting(entry));
  const going = isWhole || keepWaiting || open.length === 0 ? due : open;
  const members = going.flatMap(({ candidate }) => candidate ?? []);
  if (members.length === 0)
    return { ...considered, state: closed.length > 0 ? 'closed' : isAwaited ? 'waiting' : 'nothing' };
  const plan = planOf(group, members);
  return plannedGroup(considered, plan, members, evaluatePlan(plan, facts, environment));
}

/** A group with members; it waits until every gate on the plan and on its members is open. */
export function plannedGroup(
  { group, judged }: Considered,
  plan: Plan,
  members: readonly Candidate[],
  verdicts: readonly Verdict[],
): PlannedGroup {
  const ofMembers = judged.filter(({ image }) => members.some(member => member.image === image));
  const waits = verdicts.some(({ kind }) => kind !== 'open') || ofMembers.some(isWaiting);
  return { group, judged, state: waits ? 'waiting' : 'ready', plan, members, verdicts };
}

function isDue({ candidate }: Judged, { states }: Facts): boolean {
  return candidate !== undefined && !isComplete(candidate, states.get(candidate.image) ?? []);
}

function isWaiting({ verdicts }: Judged): boolean {
  return verdicts.some(({ kind }) => kind === 'waiting');
}

function isClosed({ verdicts }: Pick<Judged, 'verdicts'>): boolean {
  return verdicts.some(({ kind }) => kind === 'closed');
}
