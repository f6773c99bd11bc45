import type { Environments } from '../../environments/environments.ts';
import type { Refresh } from '../../environments/refresh.ts';
import { PromoteError } from '../../errors.ts';

/** How images are refreshed; throws `CONFIGURATION` where the environments file does not say. */
export function requireRefresh({ refresh }: Environments): Refresh {
  if (refresh !== undefined) return refresh;
  throw new PromoteError('CONFIGURATION', 'refresh: the environments file has no `refresh`', {
    hint: 'add `refresh: {}` for its defaults: the digests of what is pinned, and nothing else',
  });
}
