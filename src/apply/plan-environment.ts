import type { Environment, Environments } from '../environments/environments.ts';
import { policyHash } from '../environments/hash.ts';
import { environmentNamed } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { decide, type GroupDecision } from '../gates/decide.ts';
import { candidates, type ImageOutcome } from '../plan/candidates.ts';
import type { Base } from '../plan/snapshot.ts';
import type { Effects, PromotionRequest } from './effects.ts';
import { gather } from './gather.ts';
import { observe } from './observe.ts';
import type { PinnedFiles } from './read-pins.ts';

/** What was decided for one environment, and what it was decided from. */
export interface EnvironmentPlan {
  readonly environment: Environment;
  readonly base: Base;
  readonly outcomes: readonly ImageOutcome[];
  readonly groups: readonly GroupDecision[];
  readonly files: PinnedFiles;
}

/** Observes, derives the candidates, gathers facts and decides; writes nothing. */
export async function planEnvironment(
  effects: Effects,
  environments: Environments,
  request: PromotionRequest,
): Promise<EnvironmentPlan> {
  const environment = environmentNamed(environments, request.environment);
  const observation = await observe(effects, environments, environment, request);
  const { base } = observation.snapshot;
  const outcomes = candidates(environments, environment, observation.snapshot);
  assertNamedArePresent(outcomes, request);
  const found = outcomes.flatMap(outcome => (outcome.kind === 'candidate' ? outcome.candidate : []));
  const facts = await gather(effects, environment, observation, found, request);
  const policy = policyHash(environments, environment);
  const groups = decide({ environment, base, policy, outcomes, facts });
  return { environment, base, outcomes, groups, files: observation.files };
}

function assertNamedArePresent(
  outcomes: readonly ImageOutcome[],
  { images, environment }: PromotionRequest,
): void {
  for (const outcome of outcomes) {
    if (outcome.kind !== 'absent' || !images.has(outcome.image)) continue;
    throw new PromoteError(
      'NOT_FOUND',
      `${outcome.image} cannot be promoted to ${environment}: ${outcome.reason}`,
      {
        hint: 'add a pin that names one of its repositories, or leave the image out',
      },
    );
  }
}
