import {
  type EnvironmentPlan,
  estimateCost,
  fileChanges,
  planEnvironment,
} from '../apply/plan-environment.ts';
import { type ReadClosure, weigh } from '../apply/weigh.ts';
import type { Environments } from '../environments/environments.ts';
import { hasClosedGate, hasComplete, hasFailed, type PlannedGroup } from '../gates/decide.ts';
import { formatPlanFile } from '../plan/plan-file.ts';
import type { PromotionRequest } from '../plan/request.ts';
import { memberKey, type Weights } from '../plan/shards.ts';
import { readClosure } from '../registry/closure.ts';
import type { Report } from '../reports/document.ts';
import { failsOnClosed } from '../reports/fail-on-closed.ts';
import type { LateOutcome } from '../reports/late-evidence.ts';
import type { RunState } from '../reports/pins.ts';
import type { Declined } from '../reports/plan-report.ts';
import type { Effects } from '../run/effects.ts';
import { beginDotenv, writeDotenv } from './dotenv.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import type { Asked } from './plan-forecast.ts';
import { print } from './print.ts';
import { type PromotionOptions, promotionRequest } from './request.ts';
import { writeOut } from './write-out.ts';

interface PlanOptions extends PromotionOptions {
  readonly out?: string;
  readonly forecast?: number | true | undefined;
  readonly verify?: boolean | undefined;
}

/** `promote plan <environment>` */
export async function plan(io: Io, name: string, options: PlanOptions): Promise<number> {
  await beginDotenv(io);
  // Neither an exit code nor a plan file can say what was not looked at.
  const byListing = options.verify !== true && !options.exitCode && options.out === undefined;
  const request = { ...promotionRequest(io, name, options), byListing };
  return await withEffects(io, options.file, async (effects, environments) => {
    const planned = await planEnvironment(effects, environments, request);
    const decided = planned.groups.filter(group => 'plan' in group);
    const readAll = readingOnce();
    const { out, forecast: wanted } = options;
    const weights =
      out === undefined && wanted === undefined ? undefined : await weightsOf(effects, decided, readAll);
    if (out !== undefined) await writeOut(io, out, planFile(request, decided, weights));
    const asked = weights && wanted !== undefined ? { weights, images: wanted } : undefined;
    const evidence = await lateIn(planned);
    print(io, await reportPlan(effects, environments, planned, { readAll, asked, evidence }), options.format);
    await writeDotenv(
      io,
      plannedState(planned),
      planned.groups.map(decision => ({ decision })),
    );
    const declined = declinedOf(planned);
    const due = decided.filter(({ group }) => !declined.has(group));
    return exitCode(planned, due, evidence, options);
  });
}

/** The report of a plan, with its changes in Git and its costs. */
export async function reportPlan(
  effects: Effects,
  environments: Environments,
  planned: EnvironmentPlan,
  { readAll, asked, evidence }: Reported,
): Promise<Report> {
  const members = planned.groups.flatMap(group => ('plan' in group ? group.members : []));
  const changes = fileChanges(planned);
  const cost = await estimateCost(effects, planned.environment, members, readAll);
  const groups = [...planned.rollbacks.map(({ prepared }) => prepared.decision), ...planned.groups];
  const forecast =
    asked && (await import('./plan-forecast.ts')).forecastOf(effects, environments, planned, cost, asked);
  const { planReport } = await import('../reports/plan-report.ts');
  return planReport({
    ...planned,
    environments,
    groups,
    declined: declinedOf(planned),
    changes,
    cost,
    evidence,
    forecast,
    byListing: planned.run.request.byListing === true,
  });
}

/** What a plan's report needs besides the plan. */
interface Reported {
  readonly readAll?: ReadClosure;
  readonly asked?: Asked | undefined;
  readonly evidence: readonly LateOutcome[];
}

/** Evidence that is newer than promotions. What looks for it is loaded only if an image is complete. */
export async function lateIn(planned: EnvironmentPlan): Promise<readonly LateOutcome[]> {
  if (planned.run.request.byListing === true || !hasComplete(planned.groups)) return [];
  return await (await import('../apply/late-evidence.ts')).lookForLate(planned);
}

function declinedOf({ proposals }: Pick<EnvironmentPlan, 'proposals'>): ReadonlyMap<string, Declined> {
  const declined = [...proposals].filter(([, { state }]) => state === 'declined');
  return new Map(
    declined.map(
      ([
        group,
        {
          pullRequest: { url, closedBy },
        },
      ]) => [group, { url, by: closedBy?.name }],
    ),
  );
}

/** The text of the file for `--out`: the plans, and the images as the caller named them. */
export function planFile(
  { environment, images, attempt = 1 }: PromotionRequest,
  decided: readonly PlannedGroup[],
  weights: Weights = new Map(),
): string {
  const members = decided.flatMap(group => group.members.map(({ image }) => image));
  const named = new Map(members.map(image => [image, images.get(image)]));
  const plans = decided.map(group => group.plan);
  return formatPlanFile({ environment, images: named, plans, attempt, weights, weighedAt: new Date() });
}

/** The bytes that each member must still copy to its targets, which divide the plan into shards. */
export async function weightsOf(
  effects: Effects,
  decided: readonly PlannedGroup[],
  readAll: ReadClosure,
): Promise<Weights> {
  const weighed = await weigh(
    effects,
    decided.flatMap(({ members }) => members),
    readAll,
  );
  const named = decided.flatMap(({ group, members }) =>
    members.flatMap(member => {
      const weight = weighed.get(member);
      return weight === undefined ? [] : [[memberKey(group, member.image), weight] as const];
    }),
  );
  return new Map(named);
}

/** Reads each image's manifests once, for its weight and for its cost. */
export function readingOnce(): ReadClosure {
  const known = new Map<string, ReturnType<ReadClosure>>();
  return (store, digest) => {
    const key = `${store.name}@${digest}`;
    const closure = known.get(key) ?? readClosure(store, digest);
    known.set(key, closure);
    return closure;
  };
}

/** The state of a plan as a run would report it: `waiting` if there is something to promote. */
export function plannedState(planned: EnvironmentPlan): RunState {
  const { groups } = planned;
  const declined = declinedOf(planned);
  if (groups.some(hasFailed)) return 'failed';
  if (groups.some(hasClosedGate)) return 'closed';
  return groups.some(group => 'plan' in group && !declined.has(group.group)) ? 'waiting' : 'nothing';
}

function exitCode(
  { groups }: EnvironmentPlan,
  decided: readonly PlannedGroup[],
  evidence: readonly LateOutcome[],
  { exitCode: asked, failOnClosed = 'true' }: PromotionOptions,
): number {
  if (groups.some(hasFailed)) return EXIT.failed;
  const results = groups.map(decision => ({ decision }));
  if (groups.some(hasClosedGate) && failsOnClosed(failOnClosed, results)) return EXIT.closed;
  if (!asked) return EXIT.done;
  if (evidence.some(({ kind }) => kind === 'due')) return EXIT.toPromote;
  if (decided.length === 0) return EXIT.done;
  return decided.some(({ state }) => state === 'ready') ? EXIT.toPromote : EXIT.waiting;
}
