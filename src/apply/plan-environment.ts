import type { Environment, Environments } from '../environments/environments.ts';
import { environmentNamed } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { Forge } from '../forges/forge.ts';
import type { GroupDecision } from '../gates/decide.ts';
import type { ImageOutcome } from '../plan/candidates.ts';
import type { Base } from '../plan/snapshot.ts';
import { decideGroups } from './decide-groups.ts';
import { decideOn } from './decide-on.ts';
import type { Effects, PromotionRequest } from './effects.ts';
import { type Observation, observe } from './observe.ts';
import { openForge } from './open-forge.ts';
import type { Proposal } from './pull-request/proposal.ts';
import type { PinnedFiles } from './read-pins.ts';
import { remember } from './remember.ts';
import { type OpenRollback, readOpenRollbacks, urlsByImage } from './rollback/open-rollbacks.ts';

/** What was decided for one environment, and what it was decided from. */
export interface EnvironmentPlan {
  readonly environment: Environment;
  readonly base: Base;
  readonly outcomes: readonly ImageOutcome[];
  readonly groups: readonly GroupDecision[];
  readonly files: PinnedFiles;
  /** Absent for direct commits, and on plain Git. */
  readonly forge?: Forge;
  /** The groups' newest pull requests. */
  readonly proposals: ReadonlyMap<string, Proposal>;
  /** The environment's rollbacks that are proposed and open. */
  readonly rollbacks: readonly OpenRollback[];
}

/** Observes, derives the candidates, gathers facts and decides; writes nothing. */
export async function planEnvironment(
  given: Effects,
  environments: Environments,
  request: PromotionRequest,
): Promise<EnvironmentPlan> {
  const environment = environmentNamed(environments, request.environment);
  const effects = remember(given);
  const observed = await observe(effects, environments, environment, request);
  const { files } = observed;
  const { base } = observed.snapshot;
  const forge = await openForge(effects, environment, environment.gates.approval);
  const scene = forge && { effects, forge, environments, environment, request, base, files };
  const rollbacks = scene === undefined || request.repair ? [] : await readOpenRollbacks(scene);
  const world: Observation = { ...observed, rollbacks: urlsByImage(rollbacks) };
  const decide = async (observation: Observation) =>
    await decideOn(effects, environments, environment, request, observation);
  const { outcomes, judged } = await decideGroups({ effects, environment, files }, scene, world, decide);
  if (!request.repair) assertNamedArePresent(outcomes, request);
  const proposals = judged.flatMap(({ decision, proposal }) =>
    proposal === undefined ? [] : [[decision.group, proposal] as const],
  );
  return {
    environment,
    base,
    files,
    outcomes,
    rollbacks,
    ...(forge === undefined ? {} : { forge }),
    groups: judged.map(({ decision }) => decision),
    proposals: new Map(proposals),
  };
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
