import { z } from 'zod';
import { isRefusal } from '../../api/refusal.ts';
import type { CommitStatus } from '../../forge.ts';
import type { GitLab } from '../gitlab.ts';
import { WRITE } from '../need.ts';

const MOST = 1000;
const STATES = { pending: 'pending', success: 'success', failure: 'failed' } as const;

const STATUS = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});

/**
 * Sets a commit's status, unless the latest one under its name says the same. One that waits keeps its first words until
 * it settles: GitLab cannot tell it to wait again. https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
 */
export async function setStatus(gitlab: GitLab, commit: string, status: CommitStatus): Promise<void> {
  const { context, state, description, url } = status;
  const doing = `set status ${context} of ${commit}`;
  const path = `repository/commits/${commit}/statuses`;
  const known = await Array.fromAsync(gitlab.items({ doing, path, query: { name: context } }, STATUS, MOST));
  const [latest] = known.filter(({ name }) => name === context).toSorted((a, b) => b.id - a.id);
  const isSame = (latest?.description ?? '') === description && (latest?.target_url ?? undefined) === url;
  if (latest?.status === STATES[state] && (isSame || state === 'pending')) return;
  const body = {
    state: STATES[state],
    name: context,
    description,
    ...(url !== undefined && { target_url: url }),
  };
  try {
    await gitlab.ask({ doing, method: 'POST', path: `statuses/${commit}`, body, need: WRITE }, z.unknown());
  } catch (error) {
    // Another run at once told it to wait.
    if (!isRefusal(error, 400) || !error.said.includes(`from :${STATES[state]}`)) throw error;
  }
}
