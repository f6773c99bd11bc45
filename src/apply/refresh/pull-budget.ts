import { PromoteError } from '../../errors.ts';
import { type RepositoryName, registryOf } from '../../oci/reference.ts';
import type { PullLimit, PullLimits } from '../../registry/remote/pull-limits.ts';

/** Work that pulls manifests, done where its registry still lets so many be pulled; else throws `PullsSpent`. */
export type PullBudget = <T>(repository: RepositoryName, pulls: number, work: () => Promise<T>) => Promise<T>;

/** The share of a limit that is left to whoever else it counts for: builds that run beside this run. */
const KEPT_SHARE = 0.1;

/** Begins a run's budget; pulls that are on their way count as done. */
export function createPullBudget(limits: PullLimits | undefined): PullBudget {
  const underWay = new Map<string, number>();
  const add = (host: string, pulls: number) => underWay.set(host, (underWay.get(host) ?? 0) + pulls);
  return async (repository, pulls, work) => {
    const host = registryOf(repository);
    const known = limits?.of(host);
    const left = (known?.remaining ?? Number.POSITIVE_INFINITY) - (underWay.get(host) ?? 0) - pulls;
    if (known !== undefined && left < known.limit * KEPT_SHARE) throw new PullsSpent(host, known);
    add(host, pulls);
    try {
      return await work();
    } finally {
      add(host, -pulls);
    }
  };
}

/** A registry lets too little be pulled (`REGISTRY`); the message says how much. */
export class PullsSpent extends PromoteError {
  constructor(host: string, { limit, remaining, window, source }: PullLimit) {
    const within = window === 0 ? '' : ` within ${Math.round(window / 360) / 10} hours`;
    const whom = source === undefined ? '' : `, counted for ${source}`;
    super('REGISTRY', `${host} lets ${remaining} more of ${limit} manifests be pulled${within}${whom}`, {
      hint: `run it again later, or log in to ${host} for a higher limit`,
    });
    this.name = 'PullsSpent';
  }
}
