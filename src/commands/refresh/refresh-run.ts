import pLimit from 'p-limit';
import type { Environments, Refresh } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { Forge } from '../../forges/forge.ts';
import type { Effects } from '../../run/effects.ts';
import type { RefreshPlace } from './read-places.ts';

/** One refresh of the images that one repository names. */
export interface RefreshRun {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly refresh: Refresh;
  readonly place: RefreshPlace;
  /** Absent on plain Git. */
  readonly forge: Forge | undefined;
  /** The page of this CI run, if there is one. */
  readonly runUrl?: string | undefined;
}

/** The refresh settings; throws `CONFIGURATION` if the environments file has none. */
export function requireRefresh({ refresh }: Environments): Refresh {
  if (refresh !== undefined) return refresh;
  throw new PromoteError('CONFIGURATION', 'refresh: the environments file has no `refresh`', {
    hint: 'add `refresh: {}` for its defaults: the digests of what is pinned, and nothing else',
  });
}

const PARALLEL = 8;

/** Runs the work for all, a few at a time; the results are in the order of the input. */
export async function inParallel<T, R>(
  all: readonly T[],
  work: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  const limit = pLimit(PARALLEL);
  return await Promise.all(all.map(one => limit(() => work(one))));
}
