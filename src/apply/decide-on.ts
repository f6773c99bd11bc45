import type { Environment, Environments } from '../environments/environments.ts';
import type { ReviewFacts } from '../gates/approvals.ts';
import { decide, type GroupDecision } from '../gates/decide.ts';
import type { Facts } from '../gates/gate.ts';
import { candidates, type ImageOutcome } from '../plan/candidates.ts';
import { repairs } from '../plan/repairs.ts';
import type { Snapshot } from '../plan/snapshot.ts';
import type { Effects, PromotionRequest } from './effects.ts';
import { gather } from './gather.ts';
import type { Observation } from './observe.ts';
import { readPolicy } from './policy.ts';
import { readRunFacts } from './run-facts.ts';

/** What was decided on one observation, and all that it was decided with. */
export interface Decided {
  readonly observation: Observation;
  readonly outcomes: readonly ImageOutcome[];
  readonly groups: readonly GroupDecision[];
  /** The group's decision once its pull request's reviews are known; `undefined` where nothing of it was observed. */
  readonly reviewed: (group: string, reviews: ReviewFacts) => GroupDecision | undefined;
}

/** Decides again on a snapshot with other sources. */
export type DecideAgain = (snapshot: Snapshot) => Promise<Decided>;

/** Derives the candidates of an observation, gathers the facts their gates need, and decides. */
export async function decideOn(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  request: PromotionRequest,
  observation: Observation,
): Promise<Decided> {
  const { base } = observation.snapshot;
  const outcomes = candidates(environments, environment, observation.snapshot);
  const found = outcomes.flatMap(outcome => (outcome.kind === 'candidate' ? outcome.candidate : []));
  const run = await readRunFacts(effects, environment, request);
  const gathered = {
    ...(await gather(effects, environment, observation, found, request)),
    ...(run === undefined ? {} : { run }),
    ...(observation.rollbacks === undefined ? {} : { rollbacks: observation.rollbacks }),
  };
  const policy = await readPolicy(effects, environments, environment);
  const allowed = request.repair ? repairs(environment, outcomes, gathered.states) : outcomes;
  const decideWith = (facts: Facts) => decide({ environment, base, policy, outcomes: allowed, facts });
  return {
    observation,
    outcomes: allowed,
    groups: decideWith(gathered),
    reviewed: (group, reviews) =>
      decideWith({ ...gathered, reviews: new Map([[group, reviews]]) }).find(entry => entry.group === group),
  };
}
