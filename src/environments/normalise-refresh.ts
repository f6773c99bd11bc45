import type { Refresh } from './refresh.ts';
import type { Written } from './schema.ts';

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DEFAULT_LIMIT = 10;

/** How base images are refreshed, with its defaults; `undefined` where the file does not ask for it. */
export function normaliseRefresh({ refresh, deployments }: Written): Refresh | undefined {
  if (refresh === undefined) return undefined;
  const {
    include,
    exclude = [],
    update = 'digest',
    pin = false,
    minimumAge,
    groups = {},
    registries = [],
  } = refresh;
  const {
    labels = [],
    reviewers = [],
    assignees = [],
    draft = false,
    title = '{summary}',
  } = refresh.pullRequest ?? {};
  return {
    deployment: { ...deployments },
    ...(include === undefined ? {} : { include }),
    exclude,
    update,
    pin,
    minimumAge: minimumAge === undefined ? 0 : milliseconds(minimumAge),
    groups,
    limit: refresh.limit ?? DEFAULT_LIMIT,
    pullRequest: { labels, reviewers, assignees, draft, title },
    registries: registries.map(place => place.replace(/\/+$/, '')),
  };
}

function milliseconds(duration: string): number {
  const unit = UNITS[duration.at(-1) === 'm' ? 'm' : duration.at(-1) === 'h' ? 'h' : 'd'];
  return Number(duration.slice(0, -1)) * unit;
}
