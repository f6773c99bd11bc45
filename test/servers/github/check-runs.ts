import type { ApiAnswer, ApiRequest, Fields } from './request.ts';
import type { World } from './world.ts';

/** A check run as a test adds one; `suite` tells the runs of one workflow apart from those of another. */
export interface CheckRun {
  readonly sha: string;
  readonly name: string;
  /** The slug of the App that made it. */
  readonly slug: string;
  readonly suite: number;
  readonly conclusion?: string;
  readonly status?: 'queued' | 'in_progress';
}

/**
 * The check runs of a commit, of which `emulate` has none: by default the latest of each name and suite, the newest
 * first. https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference
 */
export function checkRuns(
  { checkRuns: known }: World,
  { method, parts, url }: ApiRequest,
): ApiAnswer | undefined {
  const [, , , kind, sha, action] = parts;
  if (method !== 'GET' || kind !== 'commits' || action !== 'check-runs') return undefined;
  const { searchParams: query } = url;
  const of = known.map((run, index) => shown(run, index + 1)).filter(({ head_sha }) => head_sha === sha);
  const latest = new Map(of.map(run => [`${run.check_suite.id} ${run.name}`, run]));
  const found = (query.get('filter') === 'all' ? of : [...latest.values()]).toReversed();
  const page = Number(query.get('page') ?? 1);
  const size = Number(query.get('per_page') ?? 30);
  const body = { total_count: found.length, check_runs: found.slice((page - 1) * size, page * size) };
  return { status: 200, body };
}

function shown(run: Fields, id: number) {
  const { sha, name, slug, app = id, suite, conclusion = null } = run;
  const status = run.status ?? (conclusion === null ? 'queued' : 'completed');
  return { id, head_sha: sha, name, status, conclusion, check_suite: { id: suite }, app: { id: app, slug } };
}
