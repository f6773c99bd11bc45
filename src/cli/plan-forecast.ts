import type { EnvironmentPlan } from '../apply/plan-environment.ts';
import type { Environments } from '../environments/environments.ts';
import { type Forecast, forecast, type Load, scaledLoad } from '../plan/forecast.ts';
import type { Weights } from '../plan/shards.ts';
import type { Cost } from '../reports/plan-report.ts';
import type { Effects } from '../run/effects.ts';

/** The request of `--forecast`: for the plan's own images, or for a number of images of average size. */
export interface Asked {
  readonly weights: Weights;
  readonly images: number | true;
}

/** Requests at a time to a host without settings in the environments file. */
const WIDTH = 8;

/** The forecast for a plan. */
export function forecastOf(
  { pullLimits }: Pick<Effects, 'pullLimits'>,
  { hosts = [] }: Pick<Environments, 'hosts'>,
  { environment, groups, run }: EnvironmentPlan,
  { requests, ending, pulls }: Cost,
  { weights, images }: Asked,
): Forecast {
  const decided = groups.filter(group => 'plan' in group);
  const load: Load = {
    images: decided.reduce((sum, { members }) => sum + members.length, 0),
    bytes: [...weights.values()].reduce((sum, bytes) => sum + bytes, 0),
    registries: [...requests].map(([registry, count]) => ({
      registry,
      requests: count,
      ending: ending.get(registry) ?? 0,
      pulls: pulls.get(registry) ?? 0,
      width: hosts.find(({ name }) => name === registry)?.requests ?? WIDTH,
      limit: pullLimits?.of(registry),
    })),
    groups: decided.length,
    groupsGrow: environment.grouping.kind === 'image',
    forge: run.forge && (isGitHub(environment.deployment.forge, run.base.repository) ? 'github' : 'other'),
  };
  return forecast(images === true ? load : scaledLoad(load, images));
}

function isGitHub(named: string | undefined, repository: string): boolean {
  return named === undefined ? /^(?:https:\/\/|.*@)github\.com[/:]/.test(repository) : named === 'github';
}
