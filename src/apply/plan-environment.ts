import type { Environment, Environments } from '../environments/environments.ts';
import { environmentNamed } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { GroupDecision } from '../gates/decide.ts';
import type { ImageOutcome } from '../plan/candidates.ts';
import { editTexts } from '../plan/edit-texts.ts';
import { requireReadable } from '../plan/image-pins.ts';
import type { PromotionRequest } from '../plan/request.ts';
import type { Base } from '../plan/snapshot.ts';
import type { Proposal } from '../proposals/proposal.ts';
import { decideGroups } from './decide-groups.ts';
import type { Effects } from './effects.ts';
import { observe } from './observe.ts';
import { type OpenRollback, readOpenRollbacks, urlsByImage } from './rollback/open-rollbacks.ts';
import { beginRun, type Run } from './run.ts';

/** What was decided for one environment, and what it was decided from. */
export interface EnvironmentPlan {
  readonly run: Run;
  readonly environment: Environment;
  readonly base: Base;
  readonly outcomes: readonly ImageOutcome[];
  readonly groups: readonly GroupDecision[];
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
  const { from, gates } = environmentNamed(environments, request.environment);
  const next = from.kind === 'build' ? undefined : environmentNamed(environments, from.name);
  const run = await beginRun(given, environments, request, { approval: gates.approval, next });
  const { environment, base } = run;
  requireReadable(run.files.unreadable);
  const observed = await observe(run);
  const rollbacks = await readOpenRollbacks(run);
  const world = { ...observed, rollbacks: urlsByImage(rollbacks) };
  const { outcomes, judged } = await decideGroups(run, world);
  if (!request.repair) assertNamedArePresent(outcomes, request);
  const groups = judged.map(({ decision }) => decision);
  const proposals = judged.flatMap(({ decision, proposal }) =>
    proposal === undefined ? [] : [[decision.group, proposal] as const],
  );
  return { run, environment, base, outcomes, rollbacks, groups, proposals: new Map(proposals) };
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

/** A deployment file before and after the promotions that were planned. */
export interface FileChange {
  readonly before: string;
  readonly after: string;
}

/** What a plan would change in Git, by path. */
export function fileChanges(
  environments: Environments,
  { groups, run: { files } }: EnvironmentPlan,
): ReadonlyMap<string, FileChange> {
  const members = groups.flatMap(group => ('plan' in group ? group.members : []));
  const edited = editTexts(environments, files.texts, members);
  if (edited.kind === 'changed') return new Map();
  const changes = [...edited.files].map(([path, after]) => {
    const before = files.texts.get(path) ?? '';
    return [path, { before, after }] as const;
  });
  return new Map(changes);
}
