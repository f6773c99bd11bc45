import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { isRefusal } from '../../api/refusal.ts';
import type { CommitStatus } from '../../forge.ts';
import type { GitLab } from '../gitlab.ts';
import { WRITE } from '../need.ts';
import type { Look } from './looks.ts';
import type { MergeRequestParts } from './parts.ts';

const MOST = 1000;
const STATES = { pending: 'pending', success: 'success', failure: 'failed' } as const;

const STATUS = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});

/** Where a status is set. Without a pipeline, GitLab takes the commit's newest one, or makes one. */
interface Place {
  readonly sha: string;
  readonly pipeline?: { readonly ref: string; readonly pipeline_id: number } | undefined;
}

/**
 * Sets a commit's status, unless the latest one under its name says the same. A pending status keeps its
 * first text: GitLab cannot set it to pending again. For a merge request, it goes into the head pipeline,
 * which "Pipelines must succeed" looks at. https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
 */
export async function setStatus(
  { gitlab, looks }: MergeRequestParts,
  commit: string,
  status: CommitStatus,
  mergeRequest?: number,
): Promise<boolean> {
  if (mergeRequest === undefined) return await setAt(gitlab, { sha: commit }, commit, status);
  const before = await looks.together(mergeRequest);
  const seen = before && placeOf(before, commit);
  const missing = seen && (await missingAt(gitlab, seen, commit, status));
  // If the earlier look shows the status, nothing is written. Else the status is set at the current place.
  if (missing?.length === 0) return false;
  const now = placeOf(await looks.now(mergeRequest), commit) ?? { sha: commit };
  return await setAt(gitlab, now, commit, status, isDeepStrictEqual(seen, now) ? missing : undefined);
}

async function setAt(
  gitlab: GitLab,
  place: Place,
  commit: string,
  status: CommitStatus,
  known?: readonly string[],
): Promise<boolean> {
  const missing = known ?? (await missingAt(gitlab, place, commit, status));
  for (const name of missing)
    await post(gitlab, place, doingOf(commit, status), { ...status, context: name });
  return missing.length > 0;
}

/** The names under which the place lacks this status. */
async function missingAt(
  gitlab: GitLab,
  { sha, pipeline }: Place,
  commit: string,
  status: CommitStatus,
): Promise<readonly string[]> {
  const { context, former, state, description, url } = status;
  const named = former === undefined ? { name: context } : {};
  const query = { ...named, ...(pipeline && { pipeline_id: pipeline.pipeline_id }) };
  const ask = { doing: doingOf(commit, status), path: `repository/commits/${sha}/statuses`, query };
  const known = await Array.fromAsync(gitlab.items(ask, STATUS, MOST));
  return (former === undefined ? [context] : [former, context]).filter(each => {
    const [latest] = known.filter(({ name }) => name === each).toSorted((a, b) => b.id - a.id);
    const isSame = (latest?.description ?? '') === description && (latest?.target_url ?? undefined) === url;
    return latest?.status !== STATES[state] || !(isSame || state === 'pending');
  });
}

async function post(
  gitlab: GitLab,
  { sha, pipeline }: Place,
  doing: string,
  { context: name, state, description, url }: CommitStatus,
): Promise<void> {
  const target = url !== undefined && { target_url: url };
  const body = { state: STATES[state], name, description, ...target, ...pipeline };
  try {
    await gitlab.ask({ doing, method: 'POST', path: `statuses/${sha}`, body, need: WRITE }, z.unknown());
  } catch (error) {
    // Another run has set it to pending at the same time.
    if (!isRefusal(error, 400) || !error.said.includes(`from :${STATES[state]}`)) throw error;
  }
}

function doingOf(commit: string, { context }: CommitStatus): string {
  return `set status ${context} of ${commit}`;
}

/**
 * The place of a commit's status; a pipeline of a merged result runs on a commit that GitLab makes.
 * `undefined`: GitLab has not seen the commit yet, and the pipeline belongs to an earlier head.
 */
function placeOf({ sha, pipeline }: Look, commit: string): Place | undefined {
  if (sha !== commit) return undefined;
  if (pipeline === undefined) return { sha: commit };
  return { sha: pipeline.sha, pipeline: { ref: pipeline.ref, pipeline_id: pipeline.id } };
}
