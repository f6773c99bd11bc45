import { canonicalRegistry } from '../../oci/reference.ts';
import { normaliseAccepted } from '../accepted-signers.ts';
import type { Refresh } from '../environments.ts';
import type { RefreshWindow } from '../refresh-window.ts';
import type { Written } from '../schema/environments.ts';
import { milliseconds } from '../text.ts';
import { normaliseCommits } from './commits.ts';
import { normalisePullRequest } from './pull-request.ts';

const DEFAULT_LIMIT = 10;

/** How base images are refreshed, with its defaults; `undefined` where the file does not ask for it. */
export function normaliseRefresh({ refresh, deployments, commits }: Written): Refresh | undefined {
  if (refresh === undefined) return undefined;
  const {
    include,
    exclude = [],
    update = 'digest',
    pin = false,
    minimumAge,
    groups = {},
    registries = [],
    schedule,
    signature,
  } = refresh;
  const { supersede: _, ...pullRequest } = normalisePullRequest(refresh.pullRequest);
  return {
    deployment: { ...deployments },
    commits: normaliseCommits(commits),
    ...(include === undefined ? {} : { include }),
    exclude,
    update,
    pin,
    minimumAge: minimumAge === undefined ? 0 : milliseconds(minimumAge),
    groups,
    limit: refresh.limit ?? DEFAULT_LIMIT,
    schedule: schedule === undefined ? [] : normaliseSchedule(schedule),
    pullRequest,
    signature: signature === undefined ? [] : normaliseAccepted(signature),
    registries: registries.map(canonicalRegistry),
  };
}

type WrittenSchedule = NonNullable<NonNullable<Written['refresh']>['schedule']>;

function normaliseSchedule(written: WrittenSchedule): readonly RefreshWindow[] {
  const windows = Array.isArray(written) ? written : [written];
  return windows.map(({ cron, timezone = 'UTC' }) => ({ cron, timezone }));
}
