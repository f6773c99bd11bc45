import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { applyEnvironment } from '../apply/apply.ts';
import { shareOf } from '../apply/carry-images.ts';
import { PromoteError, reasonOf } from '../errors.ts';
import { type PlanFile, parsePlanFile } from '../plan/plan-file.ts';
import { parseShard } from '../plan/shards.ts';
import { applyReport } from '../reports/apply.ts';
import { failsOnClosed } from '../reports/fail-on-closed.ts';
import { waitsFor } from '../reports/waits.ts';
import { beginDotenv, writeDotenv } from './dotenv.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { localNames } from './local-names.ts';
import { assertMayWrite } from './may-write.ts';
import { print } from './print.ts';
import { type PromotionOptions, promotionRequest } from './request.ts';
import { inSection } from './sections.ts';

type ApplyOptions = PromotionOptions & {
  readonly plan?: string;
  readonly wait?: number;
  readonly only?: 'images' | undefined;
  readonly shard?: string | undefined;
  readonly report?: readonly string[];
};

/** `promote apply <environment>` and `promote apply --plan <file>` */
export async function apply(io: Io, environment: string | undefined, options: ApplyOptions): Promise<number> {
  assertShardable(options);
  await beginDotenv(io);
  await assertMayWrite(io);
  const file = options.plan === undefined ? undefined : await readPlan(io, options.plan);
  const named = await environmentOf(io, environment, options, file);
  const asked = promotionRequest(io, named, options, file?.images);
  const request = { ...asked, earlierAttempt: file?.attempt, plannedAt: file?.weighedAt };
  const share = options.only && file && shareOf(file, parseShard(options.shard ?? '1/1'));
  const { report = [] } = options;
  const run = async () =>
    await withEffects(io, options.file, async (effects, environments, { http }) =>
      inSection(io, `apply ${request.environment}`, async () => {
        if (report.length > 0) {
          const { bringHandedReports } = await import('./handed-reports.ts');
          await bringHandedReports({ io, effects, environments, http }, request, report);
        }
        return await applyEnvironment(effects, environments, request, file?.plans, share);
      }),
    );
  const look = async () => {
    const value = await run();
    return { value, waits: waitsFor(value) };
  };
  const { wait } = options;
  const settled = async (limit: number) => {
    const { lookUntilSettled, waitingIn } = await import('./wait.ts');
    return await lookUntilSettled(waitingIn(io, limit), look);
  };
  const result = wait === undefined ? await run() : await settled(wait);
  print(io, applyReport(result), options.format);
  await writeDotenv(io, result.state, result.groups);
  if (result.state === 'failed') return EXIT.failed;
  if (result.state === 'closed')
    return failsOnClosed(options.failOnClosed ?? 'true', result.groups) ? EXIT.closed : EXIT.done;
  return result.state === 'waiting' && options.exitCode ? EXIT.waiting : EXIT.done;
}

/** Throws `USAGE` unless images alone are applied from a plan file, which all shards of a run share. */
function assertShardable({ plan, only, shard, wait }: ApplyOptions): void {
  const hint = 'promote apply --plan plan.json --only images --shard 3/8';
  if (shard !== undefined && only === undefined)
    throw new PromoteError('USAGE', 'apply: --shard shares out images alone', { hint });
  if (only === undefined) return;
  if (plan === undefined) throw new PromoteError('USAGE', 'apply: --only images needs a plan file', { hint });
  if (wait !== undefined)
    throw new PromoteError('USAGE', 'apply: --only images waits for nobody', {
      hint: 'leave --wait to the run that carries out the whole plan',
    });
}

async function environmentOf(
  io: Io,
  name: string | undefined,
  { image, file: governing }: PromotionOptions,
  file: PlanFile | undefined,
): Promise<string> {
  if (file === undefined && name !== undefined) return name;
  if (file !== undefined && (name ?? file.environment) === file.environment && image.length === 0) {
    return file.environment;
  }
  if (file !== undefined) {
    throw new PromoteError(
      'USAGE',
      `apply: the plan is for ${file.environment} and names its images itself`,
      {
        hint: 'leave the environment and the images out: promote apply --plan plan.json',
      },
    );
  }
  const { environments } = await localNames(io, governing);
  const known = environments.length === 0 ? '' : `; environments: ${environments.join(', ')}`;
  throw new PromoteError('USAGE', 'apply: neither an environment nor a plan is named', {
    hint: `promote apply ${environments.at(-1) ?? 'production'}, or promote apply --plan plan.json${known}`,
  });
}

async function readPlan({ cwd }: Io, path: string): Promise<PlanFile> {
  const text = await readFile(resolve(cwd, path), 'utf8').catch(cause => {
    const why = reasonOf(cause);
    throw new PromoteError('USAGE', `--plan ${path}: cannot be read: ${why.text}`, {
      hint: why.hint,
      cause,
    });
  });
  return parsePlanFile(text, path);
}
