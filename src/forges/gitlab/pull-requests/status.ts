import { z } from 'zod';
import { isRefusal } from '../../api/refusal.ts';
import type { CommitStatus } from '../../forge.ts';
import type { GitLab } from '../gitlab.ts';
import { WRITE } from '../need.ts';
import { readMergeRequest } from './merge-request.ts';

const MOST = 1000;
const STATES = { pending: 'pending', success: 'success', failure: 'failed' } as const;

const STATUS = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});

/** The pipeline that a status belongs to; without one GitLab takes the newest of the commit, or makes one. */
interface Place {
  readonly sha: string;
  readonly pipeline?: { readonly ref: string; readonly pipeline_id: number } | undefined;
}

/**
 * Sets a commit's status, unless the latest one under its name says the same. One that waits keeps its first words
 * until it settles: GitLab cannot make it wait again. For a merge request it goes into that one's head pipeline,
 * which is all that "Pipelines must succeed" looks at. https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
 */
export async function setStatus(
  gitlab: GitLab,
  commit: string,
  status: CommitStatus,
  mergeRequest?: number,
): Promise<boolean> {
  const { context, former, state, description, url } = status;
  const { sha, pipeline } = await placeOf(gitlab, commit, mergeRequest);
  const doing = `set status ${context} of ${commit}`;
  const named = former === undefined ? { name: context } : {};
  const query = { ...named, ...(pipeline && { pipeline_id: pipeline.pipeline_id }) };
  const path = `repository/commits/${sha}/statuses`;
  const known = await Array.fromAsync(gitlab.items({ doing, path, query }, STATUS, MOST));
  let isWritten = false;
  for (const each of former === undefined ? [context] : [former, context]) {
    const [latest] = known.filter(({ name }) => name === each).toSorted((a, b) => b.id - a.id);
    const isSame = (latest?.description ?? '') === description && (latest?.target_url ?? undefined) === url;
    if (latest?.status !== STATES[state] || !(isSame || state === 'pending')) {
      await post(each);
      isWritten = true;
    }
  }
  return isWritten;

  async function post(name: string): Promise<void> {
    const target = url !== undefined && { target_url: url };
    const body = { state: STATES[state], name, description, ...target, ...pipeline };
    try {
      await gitlab.ask({ doing, method: 'POST', path: `statuses/${sha}`, body, need: WRITE }, z.unknown());
    } catch (error) {
      // Another run at once told it to wait.
      if (!isRefusal(error, 400) || !error.said.includes(`from :${STATES[state]}`)) throw error;
    }
  }
}

/** A pipeline of a merged result runs on a commit of GitLab's own. */
async function placeOf(gitlab: GitLab, commit: string, mergeRequest: number | undefined): Promise<Place> {
  if (mergeRequest === undefined) return { sha: commit };
  const { sha, head_pipeline: pipeline } = await readMergeRequest(gitlab, mergeRequest);
  // GitLab sees a pushed commit only after a while, and the pipeline is still that of the head before.
  if (!pipeline || sha !== commit) return { sha: commit };
  return { sha: pipeline.sha, pipeline: { ref: pipeline.ref, pipeline_id: pipeline.id } };
}
