import { applyEnvironment } from '../apply/apply.ts';
import { type EnvironmentPlan, planEnvironment } from '../apply/plan-environment.ts';
import { withEffects } from '../cli/effects.ts';
import type { Handing } from '../cli/handed-reports.ts';
import { assertMayWrite } from '../cli/may-write.ts';
import { lateIn, planFile, plannedState, readingOnce, reportPlan, weightsOf } from '../cli/plan.ts';
import type { Environments } from '../environments/environments.ts';
import { environmentNamed } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { PromotionRequest } from '../plan/request.ts';
import type { Weights } from '../plan/shards.ts';
import { applyReport } from '../reports/apply.ts';
import type { PinsResult } from '../reports/pins.ts';
import { applySummary, planSummary } from '../reports/summary.ts';
import type { Effects } from '../run/effects.ts';
import { type Conclusion, conclude, readFailOnClosed } from './conclude.ts';
import { environmentsFile } from './file.ts';
import { annotatePlans, namedFirst } from './first-attempt.ts';
import { readFlag } from './flag.ts';
import type { ActionIo } from './io.ts';
import { hasChanged } from './outputs.ts';
import { setPlanOutput } from './plan-output.ts';
import { type AskedPromotion, readPromotion } from './promotion.ts';
import { runAction } from './run.ts';
import { setShardOutputs } from './shard-outputs.ts';

await runAction(promote);

/** `actions/promote`: plans an environment's promotions, and by default carries them out. */
async function promote(io: ActionIo): Promise<void> {
  const asked = await readPromotion(io);
  const planOnly = readFlag('plan-only');
  const onClosed = readFailOnClosed();
  if (!planOnly) await assertMayWrite(io);
  if (planOnly && asked.reports.length > 0) {
    throw new PromoteError('USAGE', 'inputs: a plan attaches no report', {
      hint: 'give report to the step that applies, or leave plan-only out',
    });
  }
  const { weights, asksEnvironment, named, ...conclusion } = await withEffects(
    io,
    environmentsFile(io),
    async (effects, environments, { http }) =>
      planOnly
        ? {
            ...(await plan(effects, environments, asked)),
            ...(await readNamed(io, effects, environments, asked.request)),
          }
        : await apply({ io, effects, environments, http }, asked),
  );
  const decided = conclusion.groups.flatMap(({ decision }) => ('plan' in decision ? [decision] : []));
  const isFirst = decided.every(({ plan }) => named?.has(plan.digest));
  const request = isFirst ? { ...asked.request, attempt: 1 } : asked.request;
  const text = JSON.stringify(JSON.parse(planFile(request, decided, weights)));
  await setPlanOutput(io, text);
  if (planOnly) await setShardOutputs(io, text, decided, asked.shards);
  if (asksEnvironment) annotatePlans(decided.map(({ plan }) => plan));
  await conclude(io, { ...conclusion, named, onClosed });
}

interface Named {
  readonly asksEnvironment?: boolean | undefined;
  readonly named?: ReadonlySet<Digest> | undefined;
}

/** The plans that the run has named before, if its protected environment is their approval. */
async function readNamed(
  io: ActionIo,
  effects: Effects,
  environments: Environments,
  { environment }: Pick<PromotionRequest, 'environment'>,
): Promise<Named> {
  const { approval } = environmentNamed(environments, environment).gates;
  if (approval?.by !== 'environment') return {};
  return { asksEnvironment: true, named: await namedFirst(io, effects) };
}

async function plan(
  effects: Effects,
  environments: Environments,
  { request, shards }: AskedPromotion,
): Promise<Conclusion & { readonly weights?: Weights | undefined }> {
  const planned = await planEnvironment(effects, environments, request);
  const readAll = readingOnce();
  const decided = planned.groups.filter(group => 'plan' in group);
  // Weights are needed only to divide the images into shards.
  const weights = shards > 1 ? await weightsOf(effects, decided, readAll) : undefined;
  const evidence = await lateIn(planned);
  const report = await reportPlan(effects, environments, planned, { readAll, evidence });
  const changed =
    planned.groups.some(group => 'plan' in group) || evidence.some(({ kind }) => kind === 'due');
  const groups = planned.groups.map(decision => ({ decision }));
  const shown = planned.groups.map(decision => ({ decision, pins: declinedPins(planned, decision.group) }));
  const summary = planSummary(report, planned.environment, shown);
  return { report, summary, state: plannedState(planned), changed, groups, weights };
}

/** What a person's closing of the pull request says of a planned group. */
function declinedPins({ proposals }: EnvironmentPlan, group: string): PinsResult | undefined {
  const proposal = proposals.get(group);
  if (proposal?.state !== 'declined') return undefined;
  const { number, url, closedBy } = proposal.pullRequest;
  return { kind: 'declined', pullRequest: { number, url }, by: closedBy?.name };
}

async function apply(
  { io, effects, environments, http }: Handing,
  { request, reports, expected, share }: AskedPromotion,
): Promise<Conclusion & Named & { readonly weights?: Weights | undefined }> {
  if (reports.length > 0) {
    const { bringHandedReports } = await import('../cli/handed-reports.ts');
    await bringHandedReports({ io, effects, environments, http }, request, reports);
  }
  const result = await applyEnvironment(effects, environments, request, expected, share);
  const { state, groups, evidence = [] } = result;
  const changed = groups.some(hasChanged) || evidence.some(({ kind }) => kind === 'copied');
  return { report: applyReport(result), summary: applySummary(result), state, groups, changed };
}
